"""`python -m gridlab`."""

from gridlab.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
