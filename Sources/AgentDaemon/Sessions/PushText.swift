import WireProtocol

/// What an agent reads in its terminal when something happened to its task (agent protocol, section 6.4).
struct PushText: Hashable, Sendable {
    var text: String
    /// What the agent does is interrupted first.
    var interrupts: Bool
    /// It waits until the terminal has been quiet for a while.
    var waitsForQuiet: Bool

    init(_ push: TaskPush) {
        text = push.words
        switch push.content {
        case .planRevision, .updated: (interrupts, waitsForQuiet) = (true, false)
        case .note(_, _, let isUrgent): (interrupts, waitsForQuiet) = (isUrgent, !isUrgent)
        case .question: (interrupts, waitsForQuiet) = (false, true)
        case .assigned, .approved, .planApproved, .response: (interrupts, waitsForQuiet) = (false, false)
        }
    }

    /// The bytes to type, without what could steer the terminal or leave the paste.
    func typed(isBracketed: Bool) -> [UInt8] {
        var clean: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A, 0x0D: clean.append(isBracketed ? 0x0A : 0x20)
            case 0x09: clean.append(0x20)
            case 0..<0x20, 0x7F, 0x80...0x9F: break
            default: clean += Array(String(scalar).utf8)
            }
        }
        return isBracketed ? Array("\u{1B}[200~".utf8) + clean + Array("\u{1B}[201~".utf8) : clean
    }
}
