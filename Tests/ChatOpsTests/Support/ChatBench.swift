import ChatOps
import Cryptography
import Foundation
import HubCore
import HubService
import HubStore
import HubTesting
import SQLiteDatabase
import Testing

/// A hub on a SQLite file of its own, somebody of each role in the project `web`, and a clock that stands at 12:03.
final class ChatBench: Sendable {
    let hub: Hub
    let ops: ChatOps
    let clock: StandingClock
    let terminals: ScriptedTerminals
    let web: Project
    /// A second project, in which only the administrator and `nora` are.
    let secret: Project
    let administrator: Person
    let olga: Person
    let ada: Person
    let vic: Person
    let nora: Person
    private let folder: URL
    private let keys = Locked(0)

    static let catalogue: Catalogue = (try? Catalogue.load(from: Checkout.commands)) ?? Catalogue()

    /// - Parameter catalogue: the commands; those of `commands/` unless said otherwise.
    init(
        _ catalogue: Catalogue = ChatBench.catalogue, spending: SpendingRules = .standard, menusChanged: @escaping @Sendable () -> Void = {}
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("chatops-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.folder = folder
        let clock = StandingClock()
        let terminals = ScriptedTerminals()
        let hub = Hub(
            database: try SQLiteDatabase(path: folder.appendingPathComponent("hub.sqlite").path),
            vault: try Vault(masterKey: [UInt8](repeating: 7, count: 32)), clock: clock, spending: spending)
        try await hub.prepare()
        let pairing = SecretToken.random()
        try await hub.run(MakePairingCode(pairing), as: .hub)
        let administrator = try await hub.run(
            RedeemCode(pairing.secret.revealed, identity: (kind: "telegram", subject: "1"), name: "Root"),
            as: .stranger(name: "Root", over: .telegram)
        ).person
        let root = Caller.person(administrator, over: .telegram)
        let web = try await hub.run(CreateProject("web"), as: root)
        let secret = try await hub.run(CreateProject("secret"), as: root)
        func join(_ name: String, _ role: Role, _ project: Project) async throws -> Person {
            let code = SecretToken.random()
            try await hub.run(MakeInvite(to: project.id, as: role, code: code), as: root)
            let redeem = RedeemCode(code.secret.revealed, identity: (kind: "telegram", subject: name), name: name)
            return try await hub.run(redeem, as: .stranger(name: name, over: .telegram)).person
        }
        olga = try await join("Olga", .owner, web)
        ada = try await join("Ada", .member, web)
        vic = try await join("Vic", .viewer, web)
        nora = try await join("Nora", .member, secret)
        self.terminals = terminals
        (self.hub, self.clock, self.web, self.secret, self.administrator) = (hub, clock, web, secret, administrator)
        ops = ChatOps(
            hub: hub, catalogue: catalogue, publicURL: { "https://hub.example/" }, version: "1.2.3",
            terminals: terminals, menusChanged: menusChanged,
            botStatus: { ["@TestBot polled 3 s ago"] })
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Gives somebody of the bench a role in another project, too.
    func admit(_ person: Person, to project: Project, as role: Role) async throws {
        let code = SecretToken.random()
        try await hub.run(MakeInvite(to: project.id, as: role, code: code), as: .hub)
        try await hub.run(
            RedeemCode(code.secret.revealed, identity: (kind: "telegram", subject: person.name), name: person.name),
            as: .stranger(name: person.name, over: .telegram))
    }

    // MARK: Chat

    func key() -> HandledTable.Key {
        HandledTable.Key(caller: "telegram/test", key: "\(keys.withLock { $0 += 1; return $0 })")
    }

    func sender(_ person: Person?, name: String = "Somebody") -> Sender {
        Sender(network: "telegram", subject: person.map { "id of \($0.name)" } ?? name, name: person?.name ?? name, person: person)
    }

    /// A chat bound to `web` unless said otherwise.
    ///
    /// - Parameters:
    ///   - lastShown: a plan or a result came with its buttons.
    ///   - decisions: the plans and results that came before that.
    ///   - age: how long all of them have been there.
    func request(
        _ text: String, as person: Person?, isPrivate: Bool = true, isBound: Bool = true, in project: Project? = nil,
        replyTo topic: Topic? = nil,
        quoting quoted: String? = nil, marking marked: String? = nil, conversation: Conversation = .none, lastShown: Topic? = nil,
        decisions: [Topic] = [], age: Duration = .seconds(60), key: HandledTable.Key? = nil, attachment: ChatRequest.Attachment? = nil
    ) -> ChatRequest {
        let original: ChatRequest.Original? =
            topic != nil || quoted != nil ? .init(text: quoted ?? "", topic: topic, isOurs: topic != nil, quote: marked) : nil
        let isDecision =
            switch lastShown {
            case .plan?, .review?: true
            default: false
            }
        let shown = ((isDecision ? [lastShown].compactMap(\.self) : []) + decisions).map { ShownDecision($0, at: clock.now() - age) }
        return ChatRequest(
            text: text, sender: sender(person),
            place: Place(isPrivate: isPrivate, project: project ?? web, isBound: isBound, bot: "TestBot"),
            repliedTo: original, conversation: conversation, lastShown: lastShown, decisions: shown,
            key: key ?? self.key(), attachment: attachment)
    }

    func say(
        _ text: String, as person: Person?, isPrivate: Bool = true, isBound: Bool = true, in project: Project? = nil,
        replyTo topic: Topic? = nil,
        quoting quoted: String? = nil, marking marked: String? = nil, conversation: Conversation = .none, lastShown: Topic? = nil,
        decisions: [Topic] = [], age: Duration = .seconds(60), key: HandledTable.Key? = nil, attachment: ChatRequest.Attachment? = nil
    ) async throws -> ChatReply {
        try await ops.reply(
            to: request(
                text, as: person, isPrivate: isPrivate, isBound: isBound, in: project, replyTo: topic, quoting: quoted, marking: marked,
                conversation: conversation, lastShown: lastShown, decisions: decisions, age: age, key: key, attachment: attachment))
    }

    func press(
        _ action: ButtonAction, as person: Person?, isPrivate: Bool = false, in project: Project? = nil,
        conversation: Conversation = .none, key: HandledTable.Key? = nil
    ) async throws -> ChatReply {
        try await ops.reply(
            to: ButtonPress(
                action: action, sender: sender(person),
                place: Place(isPrivate: isPrivate, project: project ?? web, isBound: true, bot: "TestBot"),
                conversation: conversation, key: key ?? self.key()))
    }

    // MARK: Agents

    @discardableResult
    func server(_ name: String, _ capabilities: Capabilities = Capabilities()) async throws -> Server {
        let secret = SecretToken.random()
        try await hub.run(MakeRegistrationToken(for: web.id, secret: secret), as: .person(administrator, over: .telegram))
        let machine = Server.Machine(
            machineID: name, macAddress: "", hostname: name, os: "linux", address: "", systemInfo: .object([]))
        return try await hub.run(
            RegisterServer(
                token: RegistrationToken(hubURL: "https://hub.example", secret: secret).text.revealed, name: name, machine: machine,
                capabilities: capabilities, key: RegisterServer.newKey()), as: .stranger(name: name, over: .rest))
    }

    @discardableResult
    func task(_ title: String, spec: String = "", plan: Bool? = nil, review: Bool? = nil, by person: Person? = nil) async throws -> TaskView
    {
        let content = AgentTask.Content(title: title, spec: spec, requirePlan: plan, requireReview: review)
        return try await hub.run(CreateTask(project: web.id, content: content), as: .person(person ?? ada, over: .telegram)).view
    }

    /// A task whose plan waits.
    func planned(_ title: String = "Fix the login", plan: JSONValue = "1. look\n2. mend", on server: Server) async throws -> TaskView {
        let view = try await task(title, plan: true)
        return try await hub.run(SubmitPlan(.init(.id(view.task.id)), plan: plan), as: .agent(server, over: .rest)).view
    }

    /// A server with terminals.
    func terminalServer(_ name: String) async throws -> Server {
        let server = try await server(name)
        return try await hub.run(ServerConnected(server.id, features: ["ack"]), as: .hub).server
    }

    /// A session that a person opened, and that runs.
    func session(_ name: String, profile: String = "shell", on server: Server) async throws -> Session {
        let opened = try await hub.run(
            OpenSession(on: server.name, in: web.id, name: name, profile: profile), as: .person(ada, over: .telegram))
        return try await begin(opened.session.id, on: server)
    }

    @discardableResult
    func begin(_ session: Session.ID, on server: Server) async throws -> Session {
        _ = try await hub.run(
            SessionStarted(session, on: server.id, pid: 7, tmuxName: "", workingDirectory: "/srv"), as: .hub)
        return try await hub.ask(GetSession(.id(session)), as: .hub).session
    }

    /// A task that runs in a terminal of its own.
    func runningInTerminal(_ title: String = "Fix the login", on server: Server) async throws -> (view: TaskView, session: Session) {
        let view = try await task(title)
        let placed = try await self.view(view)
        let id = try #require(placed.task.session)
        let session = try await begin(id, on: server)
        let started = try await hub.run(StartTask(.init(.id(view.task.id))), as: .agent(server, over: .rest)).view
        return (started, session)
    }

    /// A task that runs.
    func running(_ title: String = "Fix the login", review: Bool? = nil, on server: Server) async throws -> TaskView {
        let view = try await task(title, review: review)
        return try await hub.run(StartTask(.init(.id(view.task.id))), as: .agent(server, over: .rest)).view
    }

    func complete(_ view: TaskView, _ result: JSONValue, on server: Server) async throws -> TaskView {
        try await hub.run(CompleteTask(.init(.id(view.task.id)), result: result), as: .agent(server, over: .rest))
        return try await self.view(view)
    }

    func fail(_ view: TaskView, _ error: String, on server: Server) async throws -> TaskView {
        try await hub.run(FailTask(.init(.id(view.task.id)), error: error), as: .agent(server, over: .rest)).view
    }

    func ask(_ view: TaskView, _ content: Intervention.Content, on server: Server) async throws -> Intervention {
        try await hub.run(RequestHelp(.init(.id(view.task.id)), content), as: .agent(server, over: .rest)).intervention
    }

    func view(_ view: TaskView) async throws -> TaskView {
        try await hub.ask(GetTask(.id(view.task.id)), as: .person(administrator, over: .telegram)).view
    }

    /// How many events there are: the same before and after says that nothing changed.
    func events() async throws -> Int64 { try await hub.database.read { try EventTable($0).lastSequence() } }

    func countdown(of session: Session) async throws -> Countdown? {
        let (now, vault, ops) = (clock.now(), hub.vault, ops)
        return try await hub.database.read { connection in
            let transaction = HubTransaction(connection: connection, now: now, caller: .hub, vault: vault, spending: .standard)
            return try ops.countdown(of: session, label: .qualified, in: transaction)
        }
    }

    /// The notices of all events after `sequence`.
    ///
    /// - Parameter spending: the rules of a hub that was started anew; those of this one unless said otherwise.
    func notices(after sequence: Int64, label: TaskLabel = .qualified, spending: SpendingRules? = nil) async throws -> [Notice] {
        let (now, vault, ops, spending) = (clock.now(), hub.vault, ops, spending ?? hub.spending)
        return try await hub.database.read { connection in
            let transaction = HubTransaction(connection: connection, now: now, caller: .hub, vault: vault, spending: spending)
            return try transaction.events.after(sequence, limit: 1000).compactMap { try ops.notice(of: $0, label: label, in: transaction) }
        }
    }
}

/// A clock that moves only when a test moves it.
final class StandingClock: HubClock {
    /// 2026-11-22T12:03:00Z
    private let time = Locked(Timestamp(milliseconds: 1_795_348_980_000))

    func now() -> Timestamp { time.withLock { $0 } }
    func advance(by span: Duration) { time.withLock { $0 = $0 + span } }
    // Nothing here waits for a timer.
    func `sleep`(until time: Timestamp) async throws { throw CancellationError() }
}

extension ChatReply {
    /// The words of everything that is answered: messages, toast and edit.
    var words: String {
        (messages.map(\.text.plain) + [toast, edit?.text.plain].compactMap { $0 }).joined(separator: "\n---\n")
    }
    var buttons: [ChatButton] { (messages.flatMap(\.buttons) + (edit?.buttons ?? [])).flatMap { $0 } }
    func button(_ label: String) -> ButtonAction? { buttons.first { $0.label == label }?.action }
}
