#!/bin/sh
# Runs Twofold with the Python installed beside this file, deaf to PYTHON* and to the user's site-packages.

# Ctrl+C, Ctrl+\ and Ctrl+Z pressed while Python starts would end or stop it half-way, with a traceback.
# Commands listen to Ctrl+C again as soon as they run.
trap '' INT QUIT TSTP

# Puts where the links of $1 lead to into $end. Not `readlink -f`: older macOS has none.
follow() {
    end=$1
    while [ -h "$end" ]; do
        target=$(readlink "$end")
        case $target in
            /*) end=$target ;;
            *) end=${end%/*}/$target ;;
        esac
    done
}

# Says why there is no Python: what lies where this account may not go looks as if it were not there.
no_python() {
    follow "$1"
    rest=$end place=
    while [ "$rest" != "${rest#*/}" ]; do
        place=$place${rest%%/*}/ rest=${rest#*/}
        if [ -d "$place" ] && [ ! -x "$place" ]; then
            where="${place%/}, where its Python is ($end)"
            echo "twofold: $(id -un) may not enter $where; install both elsewhere, such as under /opt" >&2
            exit 1
        fi
    done
    echo "twofold: no Python stands beside $self; install Twofold in a virtual environment" >&2
    exit 1
}

case $0 in
    */*) follow "$0" ;;
    *) follow "./$0" ;;
esac
self=$end

python=${self%/*}/python
[ -x "$python" ] || [ ! -x "${python}3" ] || python=${python}3
[ -x "$python" ] || no_python "$python"
# -I is deaf to every other PYTHON*. By these two Python looks for itself, and for its packages, elsewhere.
unset PYTHONEXECUTABLE __PYVENV_LAUNCHER__
# As `-m tui`, which takes 4 ms longer; so long the terminal would show what is typed.
exec "$python" -I -X utf8 -c '
try:
    from tui.__main__ import run
except (ModuleNotFoundError, PermissionError) as error:
    if getattr(error, "name", None) not in {None, "tui"}:
        raise
    raise SystemExit("twofold: its code is not where this account may read it; install it anew, such as under /opt")
raise SystemExit(run())' "$@"
