"""`python -m ringfinder`: the same as the command `ringfinder`."""

from ringfinder.cli import main

if __name__ == "__main__":
    main()
