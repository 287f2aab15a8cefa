import HubCore

/// What the hub tells a terminal on its server.
package enum TerminalOrder: Hashable, Sendable {
    /// Bytes for its input.
    case input([UInt8])
    case resize(TerminalSize)
    /// Send the output from this offset on, as much of it as there still is.
    case replay(from: Int64)
    /// Output may go on up to this offset.
    case credit(until: Int64)
}

/// The connection to a server's daemon, as far as its terminals need it.
package protocol AgentLink: AnyObject, Sendable {
    /// What the client at the other end can do.
    var abilities: AgentAbilities { get }

    /// Puts an order into the connection's bounded queue.
    ///
    /// - Returns: whether it will be sent; `false` once the connection is gone.
    @discardableResult
    func send(_ order: TerminalOrder, to session: Session.ID) -> Bool
}

package struct AgentAbilities: Hashable, Sendable {
    /// It numbers its output and can repeat some of it.
    package var numbersOutput: Bool
    /// It sends no more than it was granted.
    package var takesCredit: Bool

    package init(numbersOutput: Bool = false, takesCredit: Bool = false) {
        (self.numbersOutput, self.takesCredit) = (numbersOutput, takesCredit)
    }
}
