/// One terminal on a server, in which an agent's command line or a plain shell runs (domain page, "session").
package struct Session: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Session>

    package let id: ID
    package let project: Project.ID
    package let server: Server.ID
    package let createdBy: Actor
    package let createdAt: Timestamp
    /// Unique among the project's sessions that are not over, any case.
    package var name: String
    /// The task that the hub opened it for; `nil` for a session that a person opened.
    package var task: AgentTask.ID?
    /// The launch profile: ``shell``, `claude` …
    package var profile: String
    package var workingDirectory: String?
    package var size: TerminalSize
    package var state: State
    /// When it entered its state.
    package var since: Timestamp
    /// Empty without tmux, and before the start.
    package var tmuxName: String
    package var pid: Int?
    /// Set if and only if the session is over.
    package var endedAt: Timestamp?
    /// Negative for a signal. Under tmux it is the tmux client's (agent protocol, section 9.3).
    package var exitCode: Int?
    /// Why it did not start, or ended without a word of its server.
    package var failure: String?

    package init(
        id: ID, project: Project.ID, server: Server.ID, createdBy: Actor, createdAt: Timestamp, name: String, task: AgentTask.ID? = nil,
        profile: String = Session.shell, workingDirectory: String? = nil, size: TerminalSize = .standard, state: State = .starting,
        since: Timestamp? = nil, tmuxName: String = "", pid: Int? = nil, endedAt: Timestamp? = nil, exitCode: Int? = nil,
        failure: String? = nil
    ) {
        (self.id, self.project, self.server, self.createdBy, self.createdAt) = (id, project, server, createdBy, createdAt)
        (self.name, self.task, self.profile, self.workingDirectory, self.size) = (name, task, profile, workingDirectory, size)
        (self.state, self.since, self.tmuxName, self.pid) = (state, since ?? createdAt, tmuxName, pid)
        (self.endedAt, self.exitCode, self.failure) = (endedAt, exitCode, failure)
    }

    package enum State: String, CaseIterable, Hashable, Sendable, Codable {
        /// Asked of its server, which has not answered yet.
        case starting
        case active
        /// Its server is not connected; the terminal may live on there.
        case disconnected
        case closed
        /// It never ran.
        case failed

        package var isOver: Bool { self == .closed || self == .failed }
    }

    package var isOver: Bool { state.isOver }
}

extension Session {
    /// The profile of a plain login shell. The hub types nothing into it, since a shell would carry it out.
    package static let shell = "shell"
    /// A session that has not started by then has failed.
    package static let startLimit: Duration = .seconds(120)
    /// The hub's session for a task stays this long after the task is done, so that the agent can say its last words.
    package static let graceAfterDone: Duration = .seconds(60)
    /// A session whose server stays away this long is given up.
    package static let disconnectedLimit: Duration = .seconds(7 * 24 * 3600)
    package static let maximumName = 64
    package static let maximumPath = 4096

    /// The tmux session of our daemons and the installed ones: `orc-` and the first 12 characters of the id (agent protocol,
    /// section 6.3).
    package var standardTmuxName: String { "orc-" + id.text.prefix(12) }

    /// Names are 1 to 64 letters, digits, `.`, `_` or `-` of ASCII and begin with a letter or digit, so that they can be typed in a
    /// chat; none reads as an id.
    package static func isName(_ text: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: false
            }
        }
        guard (1...maximumName).contains(text.utf8.count), text.utf8.first.map(isAlphanumeric) ?? false, ID(text) == nil else {
            return false
        }
        return text.utf8.allSatisfy {
            isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }

    /// Profiles are named by lower-case words, as files are.
    package static func isProfile(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            }
    }

    /// The session ended, or never began.
    package mutating func end(_ state: State, at now: Timestamp, exitCode: Int? = nil, failure: String? = nil) {
        (self.state, since, endedAt, self.exitCode, self.failure) = (state, now, now, exitCode, failure)
    }

    /// The session is known to run.
    package mutating func run(at now: Timestamp) {
        (state, since, endedAt, exitCode, failure) = (.active, now, nil, nil, nil)
    }
}
