// First test follows.
