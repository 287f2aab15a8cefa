import Cryptography
import HubCore
import WireProtocol

/// What a person's program sends over `/ws/dashboard` (docs/dashboard-socket.md).
enum DashboardMessage: Hashable, Sendable {
    case auth(token: String)
    case subscribeEvents(after: Int64?)
    case watchSession(Session.ID, from: Int64?)
    case unwatchSession(Session.ID)
    case sessionInput(Session.ID, [UInt8])
    case sessionResize(Session.ID, TerminalSize)

    /// - Throws: ``WireFault``
    init(json: JSONValue) throws(WireFault) {
        let fields = try Fields(json)
        let type = try fields.requiredString("type")
        switch type {
        case "auth": self = .auth(token: try fields.requiredString("token"))
        case "subscribe_events": self = .subscribeEvents(after: try fields.int("after").map { Int64(max(0, $0)) })
        case "watch_session":
            self = .watchSession(try Self.session(fields), from: try fields.int("from").map { Int64(max(0, $0)) })
        case "unwatch_session": self = .unwatchSession(try Self.session(fields))
        case "session_input":
            guard let bytes = Base64.standard.decode(try fields.requiredString("data")) else { throw WireFault("data is not base64") }
            guard bytes.count <= 1 << 16 else { throw WireFault("data has more than 65536 bytes") }
            self = .sessionInput(try Self.session(fields), bytes)
        case "session_resize":
            guard let columns = try fields.int("cols"), let rows = try fields.int("rows"),
                let size = TerminalSize(columns: columns, rows: rows)
            else { throw WireFault(TerminalSize.rule) }
            self = .sessionResize(try Self.session(fields), size)
        default: throw WireFault("there is no message of type \"\(type.prefix(40))\"")
        }
    }

    private static func session(_ fields: Fields) throws(WireFault) -> Session.ID {
        guard let id = Session.ID(try fields.requiredString("session_id")) else { throw WireFault("session_id is no session's id") }
        return id
    }
}
