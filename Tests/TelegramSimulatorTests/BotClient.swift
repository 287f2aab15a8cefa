import Foundation
import FoundationNetworking
import TelegramSimulator

/// A plain client of the Bot API, for one bot.
struct BotClient: Sendable {
    struct Response: Sendable {
        let status: Int
        let body: JSON
        let headers: [String: String]
        var description: String { body["description"]?.string ?? "" }
        var result: JSON { body["result"] ?? .null }
    }

    let base: String
    let session: URLSession

    init(_ simulator: Simulator, token: String) {
        base = "\(simulator.url)/bot\(token)/"
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = 60
        session = URLSession(configuration: configuration)
    }

    init(_ simulator: Simulator, _ bot: World.Bot) { self.init(simulator, token: bot.token) }

    @discardableResult
    func call(_ method: String, _ parameters: JSON = [:]) async throws -> Response {
        try await send(method, type: "application/json", body: parameters.bytes)
    }

    func send(_ method: String, type: String, body: [UInt8]) async throws -> Response {
        guard let url = URL(string: base + method) else { throw URLError(.badURL) }
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.httpBody = Data(body)
        request.setValue(type, forHTTPHeaderField: "Content-Type")
        return try await response(to: request)
    }

    func get(_ methodAndQuery: String) async throws -> Response {
        guard let url = URL(string: base + methodAndQuery) else { throw URLError(.badURL) }
        return try await response(to: URLRequest(url: url))
    }

    private func response(to request: URLRequest) async throws -> Response {
        let (data, response) = try await session.data(for: request)
        let http = response as? HTTPURLResponse
        var headers: [String: String] = [:]
        for (name, value) in http?.allHeaderFields ?? [:] { headers["\(name)".lowercased()] = "\(value)" }
        return Response(
            status: http?.statusCode ?? 0, body: JSON(parsing: data) ?? .string(String(decoding: data, as: UTF8.self)), headers: headers)
    }

    /// Polls until somebody presses a button, and confirms everything up to that press.
    func nextCallbackQuery() async throws -> JSON {
        var offset: Int64 = 0
        while true {
            for update in try await updates(["timeout": 10, "offset": .integer(offset)]) {
                offset = (update["update_id"]?.integer ?? 0) + 1
                if let query = update["callback_query"] { return query }
            }
        }
    }

    /// The updates that a fetch returns.
    func updates(_ parameters: JSON = [:]) async throws -> [JSON] {
        try await call("getUpdates", parameters).result.array ?? []
    }
}

/// A simulator with one bot and two people, of whom Ada has started the bot.
struct Scene: Sendable {
    let simulator: Simulator
    let bot: World.Bot
    let ada: World.Person
    let grace: World.Person
    let client: BotClient
    let chat: World.Chat.ID

    /// Lends a scene to `body` and stops its simulator afterwards.
    static func with(_ configuration: Simulator.Configuration = .init(), _ body: (Scene) async throws -> Void) async throws {
        let simulator = try await Simulator.start(configuration)
        do {
            let bot = await simulator.addBot(username: "hub_bot", name: "Hub")
            let ada = await simulator.addPerson(name: "Ada", username: "ada")
            let grace = await simulator.addPerson(name: "Grace", username: "grace")
            try await simulator.start(bot, by: ada)
            let client = BotClient(simulator, bot)
            _ = try await client.updates(["offset": -1])
            if let last = try await client.updates().last?["update_id"]?.integer {
                _ = try await client.updates(["offset": .integer(last + 1)])
            }
            try await body(
                Scene(
                    simulator: simulator, bot: bot, ada: ada, grace: grace, client: client,
                    chat: .direct(bot: bot.id, person: ada.id)))
        } catch {
            await simulator.shutdown()
            throw error
        }
        await simulator.shutdown()
    }

    var adaID: JSON { .integer(ada.id) }

    /// Sends as the bot to Ada.
    @discardableResult
    func say(_ text: String, _ more: [String: JSON] = [:]) async throws -> BotClient.Response {
        var parameters: [String: JSON] = ["chat_id": adaID, "text": .string(text)]
        parameters.merge(more) { $1 }
        return try await client.call("sendMessage", .object(parameters))
    }
}
