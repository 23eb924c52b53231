"""What an operator must do or should know, as findings with their remedies. `newsmonitor doctor` and `status` print them."""
