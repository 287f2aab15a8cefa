import HubCore

/// What a daemon sends over `/ws/server` (agent protocol, sections 6 and 12).
///
/// Reading is tolerant: unknown members are passed over, `null` counts as absent, an unknown `type` is ``unknown(type:)``.
package enum DaemonMessage: Hashable, Sendable {
    case auth(Authentication)
    /// Of older clients; answered with `pong`.
    case ping
    case pong
    case sessionStarted(SessionStarted)
    case sessionError(session: String, error: String)
    case sessionOutput(SessionOutput)
    /// Negative for a signal; not trustworthy (section 9.3, 23).
    case sessionClosed(session: String, exitCode: Int?)
    case sessionScreen(session: String, lines: [String])
    case scrollbackCaptured(session: String, lines: [String], error: String?)
    case sessionRecovered(SessionRecovered)
    case sessionWorkingDirectory(session: String, path: String)
    /// After a reconnect: all terminals that there are have been reported (``ClientFeature/sessionsReported``; of other clients the hub
    /// supposes it after a moment).
    case sessionsReported
    case sessionSummary(SessionSummary)
    /// The push with this `message_id` has taken effect.
    case ack(messageID: String)
    case fileAccept(transfer: String)
    case fileChunk(FileChunk)
    case fileComplete(FileComplete)
    case fileAck(transfer: String, isVerified: Bool)
    case fileError(transfer: String, error: String)
    case unknown(type: String)

    /// Most lines of a screen or scrollback that are read.
    private static let maximumLines = 100_000
    /// Longest reason of an error, in bytes.
    private static let maximumError = 65_536

    /// - Throws: ``WireFault`` for what is no message of a daemon.
    package init(json: JSONValue) throws(WireFault) {
        try self.init(fields: Fields(json, named: ""))
    }

    init(fields: Fields) throws(WireFault) {
        let type = try fields.requiredString("type")
        switch type {
        case "auth": self = .auth(try Authentication(fields))
        case "ping": self = .ping
        case "pong": self = .pong
        case "session_started": self = .sessionStarted(try SessionStarted(fields))
        case "session_error":
            self = .sessionError(session: try fields.sessionName(), error: try fields.text("error", limit: Self.maximumError) ?? "")
        case "session_output": self = .sessionOutput(try SessionOutput(fields))
        case "session_closed": self = .sessionClosed(session: try fields.sessionName(), exitCode: try fields.exitCode())
        case "session_screen": self = .sessionScreen(session: try fields.sessionName(), lines: try Self.lines(fields))
        case "scrollback_captured":
            self = .scrollbackCaptured(
                session: try fields.sessionName(), lines: try Self.lines(fields),
                error: try fields.text("error", limit: Self.maximumError))
        case "session_recovered": self = .sessionRecovered(try SessionRecovered(fields))
        case "session_working_dir":
            self = .sessionWorkingDirectory(session: try fields.sessionName(), path: try fields.text("working_dir", limit: 4096) ?? "")
        case "sessions_reported": self = .sessionsReported
        case "session_summary": self = .sessionSummary(try SessionSummary(fields))
        case "ack": self = .ack(messageID: try fields.sessionName("message_id"))
        case "file_accept": self = .fileAccept(transfer: try fields.sessionName("transfer_id"))
        case "file_chunk": self = .fileChunk(try FileChunk(fields))
        case "file_complete": self = .fileComplete(try FileComplete(fields))
        case "file_ack":
            self = .fileAck(transfer: try fields.sessionName("transfer_id"), isVerified: try fields.bool("sha256_verified") ?? false)
        case "file_error":
            self = .fileError(
                transfer: try fields.sessionName("transfer_id"), error: try fields.text("error", limit: Self.maximumError) ?? "")
        default: self = .unknown(type: String(type.prefix(100)))
        }
    }

    private static func lines(_ fields: Fields) throws(WireFault) -> [String] {
        try fields.strings("lines", limit: maximumLines) ?? []
    }

    package var json: JSONValue { .object(members) }

    var members: [JSONValue.Member] {
        [.init("type", .string(type))] + content
    }

    package var type: String {
        switch self {
        case .auth: "auth"
        case .ping: "ping"
        case .pong: "pong"
        case .sessionStarted: "session_started"
        case .sessionError: "session_error"
        case .sessionOutput: "session_output"
        case .sessionClosed: "session_closed"
        case .sessionScreen: "session_screen"
        case .scrollbackCaptured: "scrollback_captured"
        case .sessionRecovered: "session_recovered"
        case .sessionWorkingDirectory: "session_working_dir"
        case .sessionsReported: "sessions_reported"
        case .sessionSummary: "session_summary"
        case .ack: "ack"
        case .fileAccept: "file_accept"
        case .fileChunk: "file_chunk"
        case .fileComplete: "file_complete"
        case .fileAck: "file_ack"
        case .fileError: "file_error"
        case .unknown(let type): type
        }
    }

    private var content: [JSONValue.Member] {
        switch self {
        case .auth(let authentication): return authentication.members
        case .ping, .pong, .sessionsReported, .unknown: return []
        case .sessionStarted(let report): return report.members
        case .sessionError(let session, let error): return [.init("session_id", .string(session)), .init("error", .string(error))]
        case .sessionOutput(let output): return output.members
        case .sessionClosed(let session, let exitCode):
            return [.init("session_id", .string(session)), .init("exit_code", JSONValue(exitCode))]
        case .sessionScreen(let session, let lines): return [.init("session_id", .string(session)), .init("lines", JSONValue(lines))]
        case .scrollbackCaptured(let session, let lines, let error):
            var members: [JSONValue.Member] = [.init("session_id", .string(session)), .init("lines", JSONValue(lines))]
            members.add("error", error)
            return members
        case .sessionRecovered(let report): return report.members
        case .sessionWorkingDirectory(let session, let path):
            return [.init("session_id", .string(session)), .init("working_dir", .string(path))]
        case .sessionSummary(let summary): return summary.members
        case .ack(let messageID): return [.init("message_id", .string(messageID))]
        case .fileAccept(let transfer): return [.init("transfer_id", .string(transfer))]
        case .fileChunk(let chunk): return chunk.members
        case .fileComplete(let complete): return complete.members
        case .fileAck(let transfer, let isVerified):
            return [.init("transfer_id", .string(transfer)), .init("sha256_verified", JSONValue(isVerified))]
        case .fileError(let transfer, let error): return [.init("transfer_id", .string(transfer)), .init("error", .string(error))]
        }
    }
}

/// A message as it travels: numbered where it is a report that the daemon keeps (section 12, `reports`).
///
/// Numbers begin at 1, belong to the server and only grow; the hub confirms with ``HubMessage/reportsStored(number:)`` and applies
/// none twice.
package struct DaemonFrame: Hashable, Sendable {
    package var message: DaemonMessage
    package var reportNumber: Int64?

    package init(_ message: DaemonMessage, reportNumber: Int64? = nil) {
        (self.message, self.reportNumber) = (message, reportNumber)
    }

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json, named: "")
        message = try DaemonMessage(fields: fields)
        reportNumber = try fields.count("report_number")
    }

    package var json: JSONValue {
        var members = message.members
        members.add("report_number", reportNumber)
        return .object(members)
    }
}
