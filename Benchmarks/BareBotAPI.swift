import Foundation

/// The least that a hub can take for a Bot API server, on blocking sockets with a thread a connection, so that what is measured is the
/// hub and not its counterpart. It delivers updates and notes when something is sent to a chat.
///
/// `@unchecked Sendable`: every mutable field is touched under `condition` only.
final class BareBotAPI: @unchecked Sendable {
    static let token = token(ofBot: 424_242)

    static func token(ofBot id: Int) -> String { "\(id):AAbenchmarkbenchmarkbenchmarkbenchm" }

    private let condition = NSCondition()
    private var pending: [(id: Int, json: String)] = []
    private var lastUpdate = 1000
    private var lastMessage = 1
    private var polled: [Int: ContinuousClock.Instant] = [:]
    /// Called for each message that the hub sends, with the chat.
    private var onSend: @Sendable (Int) -> Void = { _ in }
    /// Called for each edit of a message's text, with the request's body.
    private var onEdit: @Sendable (String) -> Void = { _ in }
    private let listener: Int32
    let port: UInt16

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 512) == 0 && getsockname(listener, pointer, &length) == 0
            }
        }
        guard bound else { throw HTTPConnection.Failed(description: "no port for the Bot API") }
        (self.listener, port) = (listener, UInt16(bigEndian: address.sin_port))
        let thread = Thread { [self] in acceptConnections() }
        thread.start()
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// When each bot asked for updates for the first time.
    var firstPolls: [ContinuousClock.Instant] {
        condition.lock()
        defer { condition.unlock() }
        return Array(polled.values)
    }

    func whenSent(_ call: @escaping @Sendable (Int) -> Void) {
        condition.lock()
        onSend = call
        condition.unlock()
    }

    func whenEdited(_ call: @escaping @Sendable (String) -> Void) {
        condition.lock()
        onEdit = call
        condition.unlock()
    }

    /// Says `text` in a chat, as the one person there is.
    func say(_ text: String, in chat: Int) {
        condition.lock()
        lastUpdate += 1
        lastMessage += 1
        let kind = chat < 0 ? #""type":"supergroup","title":"bench""# : #""type":"private","first_name":"Ada""#
        let command = text.split(separator: " ").first.map { #"[{"type":"bot_command","offset":0,"length":\#($0.utf16.count)}]"# } ?? "[]"
        pending.append(
            (
                lastUpdate,
                #"{"update_id":\#(lastUpdate),"message":{"message_id":\#(lastMessage),"date":1780000000,"chat":{"id":\#(chat),\#(kind)},"from":{"id":7,"is_bot":false,"first_name":"Ada"},"text":"\#(text)","entities":\#(command)}}"#
            ))
        condition.broadcast()
        condition.unlock()
    }

    private func acceptConnections() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            var one: Int32 = 1
            setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
            let thread = Thread { [self] in serve(connection) }
            thread.stackSize = 512 * 1024
            thread.start()
        }
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var buffer = [UInt8](repeating: 0, count: 128 * 1024)
        var have = 0
        while true {
            let count = buffer.withUnsafeMutableBytes { recv(connection, $0.baseAddress?.advanced(by: have), $0.count - have, 0) }
            guard count > 0 else { return }
            have += count
            while let request = Request(buffer[..<have]) {
                buffer.replaceSubrange(0..<request.length, with: [])
                buffer.append(contentsOf: [UInt8](repeating: 0, count: request.length))
                have -= request.length
                let body = answer(request)
                let response = Array(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
                guard response.withUnsafeBytes({ send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }) == response.count else {
                    return
                }
            }
        }
    }

    private func answer(_ request: Request) -> String {
        switch request.method {
        case "getme":
            return
                #"{"ok":true,"result":{"id":\#(request.bot),"is_bot":true,"first_name":"Bench","username":"bench\#(request.bot)_bot"}}"#
        case "getupdates":
            condition.lock()
            if polled[request.bot] == nil { polled[request.bot] = .now }
            condition.unlock()
            return updates(from: request.number("offset") ?? 0, seconds: request.number("timeout") ?? 0)
        case "sendmessage", "senddocument":
            let chat = request.number("chat_id") ?? 0
            condition.lock()
            lastMessage += 1
            let (message, call) = (lastMessage, onSend)
            condition.unlock()
            call(chat)
            return
                #"{"ok":true,"result":{"message_id":\#(message),"date":1780000000,"chat":{"id":\#(chat),"type":"private"},"text":"x"}}"#
        case "editmessagetext":
            condition.lock()
            let call = onEdit
            condition.unlock()
            call(request.body)
            return
                #"{"ok":true,"result":{"message_id":\#(request.number("message_id") ?? 0),"date":1780000000,"chat":{"id":\#(request.number("chat_id") ?? 0),"type":"private"},"text":"x"}}"#
        default: return #"{"ok":true,"result":true}"#
        }
    }

    private func updates(from offset: Int, seconds: Int) -> String {
        condition.lock()
        defer { condition.unlock() }
        pending.removeAll { $0.id < offset }
        let deadline = Date(timeIntervalSinceNow: Double(seconds))
        while pending.isEmpty, condition.wait(until: deadline) {}
        return #"{"ok":true,"result":[\#(pending.prefix(100).map(\.json).joined(separator: ","))]}"#
    }
}

/// One request with a JSON body, cut out of what has arrived.
private struct Request {
    /// The Bot API method in lower case.
    let method: String
    /// The bot's id, from its token.
    let bot: Int
    let body: String
    /// Bytes of the whole request.
    let length: Int

    init?(_ bytes: ArraySlice<UInt8>) {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n")
        let header = lines.first { $0.lowercased().hasPrefix("content-length:") }
        let size = header?.split(separator: " ").last.flatMap { Int($0) } ?? 0
        guard bytes.endIndex - end.upperBound >= size else { return nil }
        length = end.upperBound - bytes.startIndex + size
        body = String(decoding: bytes[end.upperBound..<end.upperBound + size], as: UTF8.self)
        let path = lines.first?.split(separator: " ").dropFirst().first
        method = path?.split(separator: "/").last?.lowercased() ?? ""
        bot = path.flatMap { Int($0.drop { !$0.isNumber }.prefix { $0.isNumber }) } ?? 0
    }

    /// A whole number of the body's top level; good enough for bodies that the hub writes.
    func number(_ name: String) -> Int? {
        guard let mark = body.range(of: "\"\(name)\":") else { return nil }
        return Int(body[mark.upperBound...].prefix { $0 == "-" || $0.isNumber })
    }
}
