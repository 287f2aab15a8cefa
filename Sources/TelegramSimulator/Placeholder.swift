// First file follows.
