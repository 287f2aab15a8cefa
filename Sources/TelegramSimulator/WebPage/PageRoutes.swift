import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore

/// What the page asks for.
extension Routes {
    private static let policy =
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    func page(_ path: String) async -> Reply {
        if path.hasPrefix("/sim/files/") { return await file(String(path.dropFirst("/sim/files/".count))) }
        var reply: Reply
        switch path {
        case "/": reply = Reply(status: 200, type: "text/html; charset=utf-8", bytes: PackageResources.index_html)
        case "/chat.css": reply = Reply(status: 200, type: "text/css; charset=utf-8", bytes: PackageResources.chat_css)
        case "/chat.js": reply = Reply(status: 200, type: "text/javascript; charset=utf-8", bytes: PackageResources.chat_js)
        case "/sim/state": reply = .json(status: 200, await simulator.pageState())
        case "/favicon.ico": reply = Reply(status: 204, type: "image/x-icon", bytes: [])
        default: return .json(status: 404, ["detail": "not found"])
        }
        reply.headers[.contentSecurityPolicy] = Self.policy
        reply.headers[.cacheControl] = "no-store"
        return reply
    }

    /// Pictures show in place, everything else is a download.
    private func file(_ name: String) async -> Reply {
        guard let id = Int(name), let file = await simulator.file(id) else { return .json(status: 404, ["detail": "not found"]) }
        var reply = Reply(status: 200, type: "application/octet-stream", bytes: file.bytes)
        if let image = ImageHeader(file.bytes) {
            reply.headers[.contentType] = image.mimeType
        } else {
            let safe = file.name.unicodeScalars.map { $0.isASCII && $0.value > 0x20 && $0 != "\"" && $0 != "\\" ? Character($0) : "_" }
            reply.headers[.contentDisposition] = "attachment; filename=\"\(String(safe))\""
        }
        reply.headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        return reply
    }

    /// The feed, as Server-Sent Events.
    func stream(_ request: Request, _ writer: consuming ResponseWriter, _ connection: Connection) async throws {
        let (ticket, events) = await simulator.subscribePage(after: request.headers[.lastEventID])
        connection.whenClosed { Task { await simulator.unsubscribePage(ticket) } }
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        headers[.xContentTypeOptions] = "nosniff"
        var body = try await writer.writeHead(HTTPResponse(status: .ok, headerFields: headers))
        try await body.write(ByteBuffer(string: "retry: 500\n\n"))
        for await event in events { try await body.write(ByteBuffer(string: event)) }
        try await body.finish(nil)
    }

    func act(_ action: String, _ request: Request, _ bytes: [UInt8]) async -> Reply {
        guard Origin.isOwn(request.head) else { return .json(status: 403, ["detail": "cross-site request"]) }
        guard request.headers[.contentType]?.lowercased().hasPrefix("application/json") == true else {
            return .json(status: 415, ["detail": "application/json expected"])
        }
        guard let parameters = JSON(parsing: bytes), parameters.object != nil else {
            return .json(status: 400, ["detail": "a JSON object expected"])
        }
        do {
            return .json(status: 200, try await simulator.act(action, parameters))
        } catch let error as PageError {
            return .json(status: 400, ["detail": .string(error.detail)])
        } catch {
            return .json(status: 409, ["detail": .string("\(error)")])
        }
    }
}

struct PageError: Error {
    let detail: String
}

extension Simulator {
    func pageState() -> JSON { world.pageState() }
    func file(_ id: Int) -> World.StoredFile? { world.files[id] }

    func subscribePage(after lastEventID: String?) -> (ticket: Int, events: AsyncStream<String>) {
        let ticket = nextTicket()
        world.now = configuration.now()
        let stream = feed.subscribe(ticket, after: lastEventID, world: world)
        if isStopped { feed.finish() }
        return (ticket, stream)
    }

    func unsubscribePage(_ ticket: Int) { feed.unsubscribe(ticket) }

    /// What the person who is selected on the page does.
    func act(_ action: String, _ parameters: JSON) throws -> JSON {
        guard let person = parameters["person"]?.integer.flatMap({ world.people[$0] }) else { throw PageError(detail: "no such person") }
        guard let chat = parameters["chat"]?.string.flatMap(World.Chat.ID.init(pageKey:)) else { throw PageError(detail: "no such chat") }
        let number = parameters["message"]?.integer.map { Int(clamping: $0) }
        let thread = parameters["thread"]?.integer.map { Int(clamping: $0) }
        let reply = parameters["reply"]?.integer.map { Int(clamping: $0) }
        let text = parameters["text"]?.string ?? ""
        switch action {
        case "send":
            // What does not fit into one message becomes several, as the app does it.
            let quote = parameters["quote"]?.string
            var sent = 0
            for part in text.pieces(of: 4096) {
                let isFirst = sent == 0
                sent = try change {
                    try $0.say(
                        part, from: person.id, in: chat, replyTo: isFirst ? reply : nil, quote: isFirst ? quote : nil, thread: thread)
                }.id
            }
            return ["message": .integer(Int64(sent))]
        case "press":
            guard let number, let data = parameters["data"]?.string else { throw PageError(detail: "message and data expected") }
            let button = World.Button(text: data, action: .callback(data))
            return ["callback": .string(try change { try $0.press(button, on: number, in: chat, by: person.id) })]
        case "react":
            try change { try $0.react(parameters["emoji"]?.string, to: number ?? 0, in: chat, by: person.id) }
            return [:]
        case "edit":
            _ = try change { try $0.rewrite(number ?? 0, in: chat, to: text, by: person.id) }
            return [:]
        case "upload":
            guard let name = parameters["name"]?.string, let data = parameters["content"]?.string.flatMap({ Data(base64Encoded: $0) }),
                !data.isEmpty
            else { throw PageError(detail: "name and content (base64) expected") }
            let message = try change {
                try $0.upload(
                    name: name, bytes: Array(data), mimeType: parameters["type"]?.string ?? "application/octet-stream", caption: text,
                    from: person.id, in: chat, replyTo: reply, thread: thread)
            }
            return ["message": .integer(Int64(message.id))]
        case "sample":
            let sent = try change {
                try $0.send(
                    sample: parameters["number"]?.integer.map { Int(clamping: $0) } ?? -1, from: person.id, in: chat, thread: thread)
            }
            guard let sent else { throw PageError(detail: "no such sample") }
            return ["message": .integer(Int64(sent.id))]
        case "block":
            guard case .direct(let bot, person.id) = chat else { throw PageError(detail: "not a private chat") }
            let membership: World.Chat.Membership = parameters["blocked"]?.bool == true ? .kicked : .member
            try change { try $0.setMembership(of: bot, in: chat, to: membership, by: person.id) }
            return [:]
        default: throw PageError(detail: "no such action")
        }
    }
}

extension String {
    /// Cut into parts of at most `limit` UTF-16 units, between characters.
    fileprivate func pieces(of limit: Int) -> [String] {
        var pieces = [""]
        for character in self {
            if pieces[pieces.count - 1].utf16.count + character.utf16.count > limit { pieces.append("") }
            pieces[pieces.count - 1].append(character)
        }
        return pieces
    }
}
