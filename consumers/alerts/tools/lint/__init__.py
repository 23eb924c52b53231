"""`newsmonitor watch lint`: finds what is valid in the watches but probably not what their author meant."""
