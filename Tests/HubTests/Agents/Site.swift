import Foundation
import HTTPClient
import HubCore
import HubTesting
import TelegramBot
import TelegramSimulator
import Testing

import enum HubCore.JSONValue

/// A hub as a process, a simulated Telegram with its administrator, and a network to machines that can be cut.
final class Site {
    let simulator: Simulator
    let bot: World.Bot
    let ada: World.Person
    let hub: HubProgram
    let link: NetworkLink
    let transport: CurlMultiLoop
    let people: RESTClient
    private let arguments: [String]

    /// What the hub is started with besides its environment.
    struct Setting {
        /// Launch profiles by name, as YAML; none: those of the checkout.
        var profiles: [String: String] = [:]
        /// The hub's; `nil`: it serves plain HTTP.
        var certificate: TestCertificate?
        /// `nil`: that of the network to the machines.
        var publicURL: String?
    }

    private init(
        _ simulator: Simulator, _ bot: World.Bot, _ ada: World.Person, _ hub: HubProgram, _ arguments: [String], _ link: NetworkLink,
        _ transport: CurlMultiLoop, _ people: RESTClient
    ) {
        (self.simulator, self.bot, self.ada, self.hub, self.arguments) = (simulator, bot, ada, hub, arguments)
        (self.link, self.transport, self.people) = (link, transport, people)
    }

    static func with(profiles: [String: String], _ body: (Site) async throws -> Void) async throws {
        try await with(Setting(profiles: profiles), body)
    }

    static func with(_ setting: Setting = Setting(), _ body: (Site) async throws -> Void) async throws {
        let simulator = try await Simulator.start()
        let transport = try CurlMultiLoop(CurlSettings(certificateAuthorityFile: setting.certificate?.certificate))
        let link = try await NetworkLink.open()
        do {
            let site = try await build(simulator, transport, link, setting)
            try await body(site)
            #expect(await site.hub.stop() == 0)
        } catch {
            link.close()
            await transport.shutdown()
            await simulator.shutdown()
            throw error
        }
        link.close()
        await transport.shutdown()
        await simulator.shutdown()
    }

    private static func build(
        _ simulator: Simulator, _ transport: CurlMultiLoop, _ link: NetworkLink, _ setting: Setting
    ) async throws -> Site {
        let bot = await simulator.addBot(username: "site_bot")
        let ada = await simulator.addPerson(name: "Ada", username: "ada")
        var environment = [
            "ORCHESTRATIA_BOT_TOKENS": bot.token, "ORCHESTRATIA_TELEGRAM_API_URL": simulator.url,
            "ORCHESTRATIA_TELEGRAM_FILE_URL": simulator.url + "/file", "ORCHESTRATIA_TELEGRAM_LIMITS": "none",
            "ORCHESTRATIA_PUBLIC_URL": setting.publicURL
                ?? (setting.certificate == nil ? link.url : link.url.replacing("http://", with: "https://")),
        ]
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("profiles-\(UUID().uuidString.prefix(8))").path
        if !setting.profiles.isEmpty {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (name, text) in setting.profiles { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name).yaml")) }
            environment["ORCHESTRATIA_AGENTS"] = folder
        }
        let hub = try HubProgram(environment: environment)
        let arguments = setting.certificate?.arguments ?? []
        try await hub.start(arguments)
        link.lead(to: port(of: hub))
        let hello = try await simulator.start(bot, by: ada, payload: try #require(hub.ready["pairing_code"]?.string))
        _ = try await simulator.waitForMessage(in: .direct(bot: bot.id, person: ada.id), after: hello, timeout: patience) { $0.isFromBot }
        let bearer = try await hub.run(["api-token", "create", "--project", "default", "--role", "owner"]).standard
        return Site(simulator, bot, ada, hub, arguments, link, transport, RESTClient(transport, bearer: bearer))
    }

    /// More than anything takes on a busy machine.
    static let patience: Duration = .seconds(60)

    static func port(of hub: HubProgram) -> Int? { hub.url.split(separator: ":").last.flatMap { Int($0) } }

    var chat: World.Chat.ID { .direct(bot: bot.id, person: ada.id) }

    func registrationToken() async throws -> String { try await hub.run(["registration-token", "--project", "default"]).standard }

    /// A machine that is registered, and whose daemon is connected.
    func machine(
        _ name: String, tmux: Bool = false, slots: Int = 4, repository: String = "web", environments: [String] = [],
        configuration: String = "", agents: [String: String] = [:], environment: [String: String] = [:],
        prepare: (_ home: String) async throws -> Void = { _ in }
    ) async throws -> Machine {
        let machine = try await Machine(
            name, token: try await registrationToken(), tmux: tmux, slots: slots, repository: repository, environments: environments,
            configuration: configuration, agents: agents, environment: environment, prepare: prepare)
        try await machine.start()
        return machine
    }

    /// - Parameter certificate: another than it had.
    func restartHub(with certificate: TestCertificate? = nil) async throws {
        link.lead(to: nil)
        await hub.killWithoutWarning()
        link.cut()
        try await hub.start(certificate?.arguments ?? arguments)
        link.lead(to: Self.port(of: hub))
    }

    // MARK: The chat

    @discardableResult
    func say(_ text: String, replyTo: World.Message? = nil) async throws -> World.Message {
        try await simulator.send(text, from: ada, to: bot, replyTo: replyTo)
    }

    /// The first message of the bot after `message` that fits, also after it was edited.
    func reply(
        after message: World.Message, where fits: @escaping @Sendable (World.Message) -> Bool
    ) async throws -> World.Message {
        try await simulator.waitForMessage(in: chat, after: message, timeout: Self.patience) { $0.isFromBot && fits($0) }
    }

    /// Waits until a message looks so.
    @discardableResult
    func message(_ message: World.Message, becomes fits: @escaping @Sendable (World.Message) -> Bool) async throws -> World.Message {
        let id = message.id
        return try await simulator.waitForMessage(in: chat, timeout: Self.patience) { $0.id == id && fits($0) }
    }

    // MARK: The interface for scripts

    func get(_ path: String) async throws -> JSONValue { try await people.get(hub.url + path).body }
    func post(_ path: String, _ body: JSONValue = [:]) async throws -> JSONValue { try await people.post(hub.url + path, body).body }

    func text(_ path: String) async throws -> String {
        let response = try await transport.send(HTTPRequest(.get, hub.url + path, headers: people.headers, isRepeatable: true))
        return String(decoding: response.body, as: UTF8.self)
    }

    /// Asks again and again until the answer fits: for what is told by no event.
    @discardableResult
    func wait<Value>(for what: String, _ ask: () async throws -> Value?) async throws -> Value {
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            if let value = try await ask() { return value }
            try await Task.sleep(for: .milliseconds(25))  // between two looks
        }
        throw HubProgram.Failed(description: "waited in vain for \(what)")
    }

    /// The events of a kind so far.
    func events(_ kind: String) async throws -> [JSONValue] {
        var (found, after) = ([JSONValue](), 0)
        while true {
            let page = try await get("/api/v1/events?after=\(after)")
            let events = page["events"]?.array ?? []
            if events.isEmpty { return found }
            found += events.filter { $0["kind"]?.string == kind }
            after = page["next"]?.int ?? after
        }
    }

    /// The event of a kind that fits, once it is there; of several the `number`th.
    @discardableResult
    func event(_ kind: String, number: Int = 1, where fits: (JSONValue) -> Bool = { _ in true }) async throws -> JSONValue {
        try await wait(for: kind) {
            let events = try await events(kind).filter(fits)
            // Not `nil`, which JSON takes for its null.
            return events.count >= number ? .some(events[number - 1]) : Optional.none
        }
    }

    func open(_ name: String, on machine: Machine, profile: String = "shell") async throws -> String {
        let made = try await post(
            "/api/v1/sessions", ["name": .string(name), "server": .string(machine.name), "profile": .string(profile)])
        let id = try #require(made["id"]?.string, "\(made)")
        try await session(id, is: "active")
        return id
    }

    func state(of session: String) async throws -> JSONValue { try await get("/api/v1/sessions/\(session)") }

    func session(_ session: String, is status: String) async throws {
        try await wait(for: "\(status) of a session") { try await state(of: session)["status"]?.string == status ? true : nil }
    }

    /// Waits until the session's screen shows a text.
    @discardableResult
    func screen(of session: String, shows text: String) async throws -> String {
        var last = ""
        do {
            return try await wait(for: text) {
                last = (try await get("/api/v1/sessions/\(session)/screen")["lines"]?.array ?? []).compactMap(\.string)
                    .joined(separator: "\n")
                return last.contains(text) ? last : nil
            }
        } catch {
            throw HubProgram.Failed(description: "the screen never showed \(text), but:\n\(last)")
        }
    }

    func type(_ text: String, into session: String) async throws {
        let path = "/api/v1/sessions/\(session)/input"
        // A hub that has just begun anew shows a session as it was before its server is back.
        let answer = try await wait(for: "a server that is connected") {
            let answer = try await post(path, ["text": .string(text), "submit": true])
            return answer["detail"]?.string?.contains("nothing was typed") == true ? nil : answer
        }
        if answer["status"]?.string == "submitted" { return }
        // On a busy machine the echo may come after the time in which Enter is pressed by itself.
        #expect(answer["status"]?.string == "typed_not_submitted", "\(answer)")
        _ = try await post(path, ["keys": ["enter"]])
    }

    func log(of session: String) async throws -> String { try await text("/api/v1/sessions/\(session)/log") }
}
