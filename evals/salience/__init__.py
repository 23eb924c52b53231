"""Articles with what each is about, in the words of this project."""
