/// How a terminal comes to a connection.
package enum TerminalArrival: Hashable, Sendable {
    /// It is about to begin, or has just begun, on this connection.
    case new
    /// It went on while its server was away; `offset` is how much it has said in all, where the client numbers its output.
    case back(offset: Int64?)
    /// Its daemon was started anew and has forgotten what it said: the program will paint its screen again.
    case found
}
