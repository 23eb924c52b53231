"""The rules of a watch: at_least, burst and silence, one module each. Pure."""
