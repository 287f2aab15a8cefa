import HubCore

/// What of a live terminal a message shows. It is filled in when the message is sent, so that it shows what is there by then, and nothing
/// of the screen is stored.
package enum TerminalView: Hashable, Sendable, Codable {
    /// The last lines that were written, below the text; with a picture ahead of the message where words alone may not be understood.
    case lines(Session.ID, count: Int, withPicture: Bool)
    /// The visible screen, below the text.
    case screen(Session.ID)
    /// The visible screen, below the text, and what becomes of it from now on.
    case tail(Session.ID, Tail)
    /// A picture of the screen; the text becomes its caption.
    case picture(Session.ID)

    package enum Tail: String, Hashable, Sendable, Codable {
        /// Redrawn as output comes.
        case live
        /// Stands still until somebody resumes it.
        case paused
        /// Nothing follows.
        case over
    }

    package var session: Session.ID {
        switch self {
        case .lines(let id, _, _), .screen(let id), .tail(let id, _), .picture(let id): id
        }
    }
}

/// What a key press shows besides its toast.
package enum PadView: String, Hashable, Sendable, Codable {
    /// Nothing: the message is kept current anyway, or is none of a screen.
    case none
    /// The message becomes the screen as text, with the pad.
    case screen
    /// The message's picture is taken anew.
    case picture
}
