import HubCore

/// What the hub sends over `/ws/server` (agent protocol, sections 6 and 12).
package enum HubMessage: Hashable, Sendable {
    case authOK(Welcome)
    case pong
    /// All reports up to this number are stored: the daemon may forget them.
    case reportsStored(number: Int64)
    case sessionStart(SessionLaunch)
    case sessionInput(session: String, bytes: [UInt8])
    case sessionResize(session: String, columns: Int, rows: Int)
    case sessionClose(session: String)
    case sessionKill(session: String)
    case sessionRecoveredAck(tmuxName: String, session: String)
    case captureScrollback(session: String)
    /// Send the output from this offset on, as much of it as is still there, and then what comes (`offsets`).
    case sessionReplay(session: String, from: Int64)
    /// Output may be sent up to, not including, this offset (`credit`).
    case sessionCredit(session: String, until: Int64)
    case task(TaskPush)
    case approvalRulesUpdated
    case fileOffer(FileOffer)
    case fileSendStart(transfer: String, path: String)
    case fileChunk(FileChunk)
    case fileComplete(FileComplete)
    case fileError(transfer: String, error: String)
    case unknown(type: String)

    /// - Throws: ``WireFault`` for what is no message of a hub.
    package init(json: JSONValue) throws(WireFault) {
        try self.init(fields: Fields(json, named: ""))
    }

    init(fields: Fields) throws(WireFault) {
        let type = try fields.requiredString("type")
        switch type {
        case "auth_ok": self = .authOK(try Welcome(fields))
        case "pong": self = .pong
        case "reports_stored": self = .reportsStored(number: try fields.count("number") ?? 0)
        case "session_start": self = .sessionStart(try SessionLaunch(fields))
        case "session_input": self = .sessionInput(session: try fields.sessionName(), bytes: try fields.bytes("data"))
        case "session_resize":
            guard let columns = try fields.cells("cols"), let rows = try fields.cells("rows") else {
                throw WireFault("cols and rows are needed")
            }
            self = .sessionResize(session: try fields.sessionName(), columns: columns, rows: rows)
        case "session_close": self = .sessionClose(session: try fields.sessionName())
        case "session_kill": self = .sessionKill(session: try fields.sessionName())
        case "session_recovered_ack":
            self = .sessionRecoveredAck(tmuxName: try fields.sessionName("tmux_name"), session: try fields.sessionName())
        case "capture_scrollback": self = .captureScrollback(session: try fields.sessionName())
        case "session_replay": self = .sessionReplay(session: try fields.sessionName(), from: try fields.count("from") ?? 0)
        case "session_credit": self = .sessionCredit(session: try fields.sessionName(), until: try fields.count("until") ?? 0)
        case "approval_rules_updated": self = .approvalRulesUpdated
        case "file_offer": self = .fileOffer(try FileOffer(fields))
        case "file_send_start":
            self = .fileSendStart(transfer: try fields.sessionName("transfer_id"), path: try fields.requiredString("file_path"))
        case "file_chunk": self = .fileChunk(try FileChunk(fields))
        case "file_complete": self = .fileComplete(try FileComplete(fields))
        case "file_error":
            self = .fileError(transfer: try fields.sessionName("transfer_id"), error: try fields.string("error") ?? "")
        default:
            if let push = try TaskPush(type: type, fields) {
                self = .task(push)
            } else {
                self = .unknown(type: String(type.prefix(100)))
            }
        }
    }

    package var json: JSONValue { .object(members) }

    var members: [JSONValue.Member] {
        [.init("type", .string(type))] + content
    }

    package var type: String {
        switch self {
        case .authOK: "auth_ok"
        case .pong: "pong"
        case .reportsStored: "reports_stored"
        case .sessionStart: "session_start"
        case .sessionInput: "session_input"
        case .sessionResize: "session_resize"
        case .sessionClose: "session_close"
        case .sessionKill: "session_kill"
        case .sessionRecoveredAck: "session_recovered_ack"
        case .captureScrollback: "capture_scrollback"
        case .sessionReplay: "session_replay"
        case .sessionCredit: "session_credit"
        case .task(let push): push.type
        case .approvalRulesUpdated: "approval_rules_updated"
        case .fileOffer: "file_offer"
        case .fileSendStart: "file_send_start"
        case .fileChunk: "file_chunk"
        case .fileComplete: "file_complete"
        case .fileError: "file_error"
        case .unknown(let type): type
        }
    }

    private var content: [JSONValue.Member] {
        switch self {
        case .authOK(let welcome): welcome.members
        case .pong, .approvalRulesUpdated, .unknown: []
        case .reportsStored(let number): [.init("number", JSONValue(number))]
        case .sessionStart(let launch): launch.members
        case .sessionInput(let session, let bytes): [.init("session_id", .string(session)), .init("data", .base64(bytes))]
        case .sessionResize(let session, let columns, let rows):
            [.init("session_id", .string(session)), .init("cols", JSONValue(columns)), .init("rows", JSONValue(rows))]
        case .sessionClose(let session), .sessionKill(let session), .captureScrollback(let session):
            [.init("session_id", .string(session))]
        case .sessionRecoveredAck(let tmuxName, let session):
            [.init("tmux_name", .string(tmuxName)), .init("session_id", .string(session))]
        case .sessionReplay(let session, let from): [.init("session_id", .string(session)), .init("from", JSONValue(from))]
        case .sessionCredit(let session, let until): [.init("session_id", .string(session)), .init("until", JSONValue(until))]
        case .task(let push): push.members
        case .fileOffer(let offer): offer.members
        case .fileSendStart(let transfer, let path): [.init("transfer_id", .string(transfer)), .init("file_path", .typed(path))]
        case .fileChunk(let chunk): chunk.members
        case .fileComplete(let complete): complete.members
        case .fileError(let transfer, let error): [.init("transfer_id", .string(transfer)), .init("error", .typed(error))]
        }
    }
}

/// A message as it travels: with an id where it is a push that the daemon acknowledges (section 12, `ack`).
///
/// Unacknowledged pushes come again after a reconnect, in order; the daemon drops those whose id it has seen.
package struct HubFrame: Hashable, Sendable {
    /// The most that a daemon reads in one message (section 6.1), in bytes.
    package static let maximumBytes = 1_048_576

    package var message: HubMessage
    package var messageID: String?

    package init(_ message: HubMessage, messageID: String? = nil) {
        (self.message, self.messageID) = (message, messageID)
    }

    package init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json, named: "")
        message = try HubMessage(fields: fields)
        messageID = try fields.text("message_id", limit: 128)
    }

    package var json: JSONValue {
        var members = message.members
        members.add("message_id", messageID)
        return .object(members)
    }

    /// - Throws: ``WireFault`` if it is more than a daemon reads.
    package func encoded() throws(WireFault) -> [UInt8] {
        let bytes = json.bytes
        guard bytes.count <= Self.maximumBytes else {
            throw WireFault("\(message.type) has \(bytes.count) bytes, a daemon reads \(Self.maximumBytes)")
        }
        return bytes
    }
}
