enum TerminalPlace {}
