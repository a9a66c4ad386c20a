"""The command line: translate, call one thing, translate back."""
