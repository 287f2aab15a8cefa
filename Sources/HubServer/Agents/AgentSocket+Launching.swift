import HubCore
import HubService
import LiveSessions
import WireProtocol

extension AgentSocket {
    /// Gets the session's program started, and holds back what would be typed into it until it can read that.
    ///
    /// A client that can launch has done so; for the others the hub types the program's command once the shell is there.
    func launch(_ view: SessionView, on agent: AgentConnection) {
        let session = view.session
        guard let profile = live.profiles.profile(named: session.profile), !profile.command.isEmpty else {
            return agent.endLaunch(of: session.id)
        }
        agent.add { [self] in
            if !agent.features.contains(.launch) {
                await live.waitUntilQuiet(session.id, for: .milliseconds(400), atMost: .seconds(5))
                let outcome = await live.type(ShellWords.joined(profile.command), into: session.id)
                if outcome != .submitted {
                    agent.log.warning(
                        "a program may not have been started", metadata: ["session": "\(session.name)", "outcome": "\(outcome.rawValue)"])
                }
            }
            await live.waitUntilReady(session.id, profile, atMost: timing.launch)
            agent.endLaunch(of: session.id)
            hub.doorbell.ring(agent.server.id)
        }
    }
}

/// Words for a POSIX shell.
enum ShellWords {
    static func joined(_ words: [String]) -> String {
        words.map(quoted).joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "-_./=:,@%+".utf8.contains(byte)
            }
        }
        return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
