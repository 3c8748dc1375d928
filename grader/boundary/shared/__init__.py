"""What both sides of the wall know: messages and their caps, and how a process is confined."""
