import HubCore

/// `session_started`: a session runs; or, after a reconnect, still runs (agent protocol, section 6.3).
package struct SessionStarted: Hashable, Sendable {
    /// The id; the tmux name where the hub never acknowledged the session.
    package var session: String
    package var pid: Int?
    /// Empty without tmux.
    package var tmuxName: String
    package var workingDirectory: String?
    /// A report about what ran before this connection.
    package var isRecovered: Bool
    /// Bytes of output so far (section 12, `offsets`). A client then sends nothing of a recovered session before the hub's
    /// `session_replay`.
    package var offset: Int64?
    /// What is not as it was asked for, such as a working tree that could not be made.
    package var note: String?

    package init(
        session: String, pid: Int?, tmuxName: String = "", workingDirectory: String? = nil, isRecovered: Bool = false,
        offset: Int64? = nil, note: String? = nil
    ) {
        (self.session, self.pid, self.tmuxName, self.workingDirectory) = (session, pid, tmuxName, workingDirectory)
        (self.isRecovered, self.offset, self.note) = (isRecovered, offset, note)
    }

    init(_ fields: Fields) throws(WireFault) {
        session = try fields.sessionName()
        pid = try fields.int("pid")
        tmuxName = try fields.text("tmux_name", limit: 128) ?? ""
        workingDirectory = try fields.text("working_dir", limit: 4096)
        isRecovered = try fields.bool("recovered") ?? false
        offset = try fields.count("offset")
        note = try fields.text("note", limit: 1000)
    }

    var members: [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init("session_id", .string(session)), .init("pid", JSONValue(pid))]
        members.add("recovered", isRecovered)
        members.append(.init("tmux_name", .string(tmuxName)))
        members.add("working_dir", workingDirectory)
        members.add("offset", offset)
        members.add("note", note)
        return members
    }
}

/// `session_recovered`: a tmux session that nobody holds was found (section 6.3). The hub's `session_recovered_ack` names it.
package struct SessionRecovered: Hashable, Sendable {
    package var tmuxName: String
    package var pid: Int?
    package var workingDirectory: String?

    package init(tmuxName: String, pid: Int? = nil, workingDirectory: String? = nil) {
        (self.tmuxName, self.pid, self.workingDirectory) = (tmuxName, pid, workingDirectory)
    }

    init(_ fields: Fields) throws(WireFault) {
        tmuxName = try fields.sessionName("tmux_name")
        pid = try fields.int("pid")
        workingDirectory = try fields.text("working_dir", limit: 4096)
    }

    var members: [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init("tmux_name", .string(tmuxName)), .init("pid", JSONValue(pid))]
        members.add("working_dir", workingDirectory)
        return members
    }
}

/// `session_output`: bytes as they came out of the terminal; characters and escape sequences may be split between two.
package struct SessionOutput: Hashable, Sendable {
    package var session: String
    package var bytes: [UInt8]
    /// Bytes of this session before these (section 12, `offsets`).
    package var offset: Int64?

    package init(session: String, bytes: [UInt8], offset: Int64? = nil) {
        (self.session, self.bytes, self.offset) = (session, bytes, offset)
    }

    init(_ fields: Fields) throws(WireFault) {
        session = try fields.sessionName()
        bytes = try fields.bytes("data")
        offset = try fields.count("offset")
    }

    var members: [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init("session_id", .string(session)), .init("data", .base64(bytes))]
        members.add("offset", offset)
        return members
    }
}

/// `session_summary`: the end of a session's output, kept as a numbered report so that it outlives a break (section 12, `reports`).
package struct SessionSummary: Hashable, Sendable {
    package var session: String
    /// Bytes of output in all.
    package var offset: Int64
    /// The last lines, as plain text.
    package var lines: [String]

    package init(session: String, offset: Int64, lines: [String]) {
        (self.session, self.offset, self.lines) = (session, offset, lines)
    }

    init(_ fields: Fields) throws(WireFault) {
        session = try fields.sessionName()
        offset = try fields.count("offset") ?? 0
        lines = try fields.strings("lines") ?? []
    }

    var members: [JSONValue.Member] {
        [.init("session_id", .string(session)), .init("offset", JSONValue(offset)), .init("lines", JSONValue(lines))]
    }
}
