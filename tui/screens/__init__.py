"""One file for each screen. A screen asks one thing and hands back the answer; it names no other screen."""
