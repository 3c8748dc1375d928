"""Known mistakes of each chapter as functions that run; the chapter says what each of them is."""
