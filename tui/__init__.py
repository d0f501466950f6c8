"""Every face of Twofold: the full screen and the command line."""
