import Foundation

/// A server's daemon as far as the hub sees it.
enum BareAgent {
    /// - Returns: the server's API key.
    static func register(_ name: String, token: String, over connection: HTTPConnection) throws -> String {
        let body = """
            {"name":"\(name)","hostname":"\(name)","ip":"0.0.0.0","os":"linux","repos":{},"system_info":{"capabilities":{"slots":0}},\
            "registration_token":"\(token)","machine_id":"\(name)","mac_address":""}
            """
        let answer = try connection.post("servers/register", body, key: "")
        guard let document = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any],
            let key = document["api_key"] as? String
        else { throw HubProcess.Failed(description: "registration answered \(answer.status)") }
        return key
    }

    /// Opens and authenticates a connection, with all features that keep output whole.
    ///
    /// - Parameter hub: `http://127.0.0.1:PORT`.
    static func connect(_ hub: String, key: String, from source: String = "127.0.0.1", room: Int = 64 << 10) throws -> WebSocketPeer {
        let peer = try WebSocketPeer(hub, "/ws/server", from: source, room: room)
        try peer.send(
            #"{"type":"auth","api_key":"\#(key)","client":{"name":"orchestratia-agent","version":"1","features":["reports","offsets","credit"]}}"#
        )
        return peer
    }
}

/// One session of a bare agent: it sends terminal output as fast as the hub grants credit, or at a rate.
///
/// `@unchecked Sendable`: every mutable field is touched under `condition` only; only one thread reads from `peer`, one sends.
final class BareSession: @unchecked Sendable {
    /// Bytes of terminal output in each message.
    static let frame = 4096

    let id: String
    private let peer: WebSocketPeer
    private let condition = NSCondition()
    private var credit = 0
    private var sentBytes = 0
    private var times: [ContinuousClock.Instant] = []
    private let head: [UInt8]
    private let tail: [UInt8]

    /// - Parameter token: of a person.
    init(on hub: HubProcess, agent peer: WebSocketPeer, token: String, server: String = "bench", name: String = "bench") throws {
        self.peer = peer
        let http = try HTTPConnection(hub.ready.url)
        let answer = try http.request("POST", "sessions", #"{"server":"\#(server)","name":"\#(name)"}"#, "Authorization: Bearer \(token)")
        guard answer.status == 201 else { throw HubProcess.Failed(description: "POST sessions answered \(answer.status): \(answer.body)") }
        let order = try peer.nextObject(ofType: "session_start")
        guard let id = order["session_id"] as? String else { throw HubProcess.Failed(description: "no session_id") }
        self.id = id
        head = Array(#"{"type":"session_output","session_id":"\#(id)","offset":"#.utf8)
        tail = Array((#","data":""# + Data(Self.text).base64EncodedString() + #""}"#).utf8)
        try peer.send(#"{"type":"session_started","session_id":"\#(id)","pid":4711,"tmux_name":"bench","working_dir":"/"}"#)
        try hub.awaitActive(id, token)
        // The hub's first grant comes with `auth_ok` (agent protocol, section 12).
        credit = 256 << 10
        let thread = Thread { [self] in readCredit() }
        thread.start()
    }

    /// Lines as a build prints them, coloured in part.
    private static let text: [UInt8] = {
        var text = ""
        var number = 1
        while text.utf8.count < frame {
            text += "\u{1B}[32m[\(number)/512]\u{1B}[0m Compiling Sources/Relay/Session\(number).swift with optimisation, 0 warnings\r\n"
            number += 1
        }
        return Array(text.utf8.prefix(frame - 2)) + [0x0D, 0x0A]
    }()

    private func readCredit() {
        while true {
            do {
                try peer.receive { message in
                    let text = String(decoding: message, as: UTF8.self)
                    guard text.contains(#""session_credit""#), let mark = text.range(of: #""until":"#),
                        let until = Int(text[mark.upperBound...].prefix { $0.isNumber })
                    else { return }
                    condition.lock()
                    credit = until
                    condition.broadcast()
                    condition.unlock()
                }
            } catch {
                return
            }
        }
    }

    /// Bytes sent so far.
    var sent: Int {
        condition.lock()
        defer { condition.unlock() }
        return sentBytes
    }

    /// When the frame that ends at `offset` left.
    func timeSent(endingAt offset: Int) -> ContinuousClock.Instant? {
        condition.lock()
        defer { condition.unlock() }
        let index = offset / Self.frame - 1
        return times.indices.contains(index) ? times[index] : nil
    }

    /// Sends a little text, without asking for credit. Not to be mixed with ``sendFrame()``.
    func print(_ text: String) throws {
        condition.lock()
        let offset = sentBytes
        sentBytes += text.utf8.count
        condition.unlock()
        try peer.send([head, Array("\(offset),\"data\":\"\(Data(text.utf8).base64EncodedString())\"}".utf8)])
    }

    /// Sends one frame once there is credit for it.
    func sendFrame() throws {
        condition.lock()
        while credit < sentBytes + Self.frame {
            guard condition.wait(until: Date(timeIntervalSinceNow: 20)) else {
                condition.unlock()
                throw HubProcess.Failed(description: "the hub grants no credit")
            }
        }
        let offset = sentBytes
        sentBytes += Self.frame
        times.append(.now)
        condition.unlock()
        try peer.send([head, Array("\(offset)".utf8), tail])
    }
}
