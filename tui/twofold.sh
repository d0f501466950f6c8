#!/bin/sh
# Runs Twofold with the Python installed beside this file, deaf to PYTHON* and to the user's site-packages.

# Ctrl+C, Ctrl+\ and Ctrl+Z pressed while Python starts would end or stop it half-way, with a traceback.
# Commands listen to Ctrl+C again as soon as they run.
trap '' INT QUIT TSTP

case $0 in
    */*) self=$0 ;;
    *) self=./$0 ;;
esac
while [ -h "$self" ]; do # Not `readlink -f`: older macOS has none.
    target=$(readlink "$self")
    case $target in
        /*) self=$target ;;
        *) self=${self%/*}/$target ;;
    esac
done

python=${self%/*}/python
[ -x "$python" ] || python=${python}3
if [ ! -x "$python" ]; then
    echo "twofold: no Python stands beside $self; install Twofold in a virtual environment" >&2
    exit 1
fi
# -I is deaf to every other PYTHON*. By these two Python looks for itself, and for its packages, elsewhere.
unset PYTHONEXECUTABLE __PYVENV_LAUNCHER__
# As `-m tui`, which takes 4 ms longer; so long the terminal would show what is typed.
exec "$python" -I -X utf8 -c 'from tui.__main__ import run; raise SystemExit(run())' "$@"
