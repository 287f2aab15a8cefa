import Cryptography
import Foundation
import HubCore
import HubStore
import HubTesting
import Testing

@testable import HubService

/// Every use case and query, against everybody who may come by.
@Suite struct GateTests {
    /// In the order of the columns below.
    static let callers = [
        "administrator", "owner", "member", "viewer", "outsider", "holder", "sibling", "foreign agent", "creator", "stranger", "hub",
    ]

    /// One letter for each caller: admitted, forbidden (403), not found (404), unauthenticated (401).
    enum Pattern: String {
        case see = "aaaanaanaua"
        case create = "aaafnaanaua"
        case change = "aaafnffnaua"
        case note = "aaafnafnaua"
        case member = "aaafnffnfua"
        case owner = "aaffnffnfua"
        case report = "ffffnafnfua"
        case answerQuestion = "aaafnfanaua"
        case createProject = "affffnnnnua"
        case hub = "ffffffffffa"
        case anybody = "aaaaaaaaaaa"

        var letters: [Character] { Array(rawValue) }
    }

    struct Row: Sendable {
        let name: String
        let pattern: Pattern
        let outcome: @Sendable (World, Caller) async -> Character
    }

    fileprivate static func row<Case: UseCase>(_ pattern: Pattern, _ make: @escaping @Sendable (World) -> Case) -> Row {
        Row(name: "\(Case.self)", pattern: pattern) { world, caller in
            await world.outcome(of: caller) { transaction in
                let useCase = make(world)
                let subject = try useCase.subject(in: transaction)
                try Gate.admit(caller, useCase.right, on: useCase.scope(of: subject), in: transaction)
            }
        }
    }

    fileprivate static func query<Question: Query>(
        _ pattern: Pattern = .see, _ make: @escaping @Sendable (World) -> Question
    ) -> Row {
        Row(name: "\(Question.self)", pattern: pattern) { world, caller in
            do {
                _ = try await world.test.hub.ask(make(world), as: caller)
                return "a"
            } catch { return World.letter(error) }
        }
    }

    static let rows: [Row] = [
        row(.createProject) { _ in CreateProject("another") },
        row(.hub) { _ in MakeDefaultProject() },
        row(.owner) { ChangeProject($0.test.project.id) },
        row(.owner) { RaiseCap(.day, of: $0.test.project.id, to: .maximum) },
        row(.hub) { UpdateServer($0.holder.id, systemInfo: .null, capabilities: Capabilities()) },
        row(.hub) { MarkServerOnline($0.holder.id) },
        row(.hub) { MarkServerOffline($0.holder.id, lastHeard: $0.test.clock.now()) },
        row(.hub) { ReleaseLostWork(of: $0.holder.id) },
        row(.owner) { RevokeServer("holder", in: $0.test.project.id) },
        row(.owner) { MakeRegistrationToken(for: $0.test.project.id, secret: .random()) },
        row(.owner) { EditServer("holder", in: $0.test.project.id) },
        row(.anybody) { _ in
            RegisterServer(
                token: "orcreg_x.y", name: "x", machine: .sample(id: "x"), capabilities: Capabilities(), key: RegisterServer.newKey())
        },
        row(.owner) { ChangeRole(of: $0.test.administrator.id, in: $0.test.project.id, to: .owner) },
        row(.owner) { RemoveMember($0.test.administrator.id, from: $0.test.project.id) },
        row(.hub) { EndAdministration(of: $0.test.administrator.id) },
        row(.owner) { BindChat("1/2", to: $0.test.project.id, from: nil) },
        row(.owner) { UnbindChat("1/2", from: $0.test.project.id) },
        row(.hub) { _ in MakePairingCode(.random()) },
        row(.member) { MakeInvite(to: $0.test.project.id, as: .member, code: .random()) },
        row(.owner) { MakeInvite(to: $0.test.project.id, as: .owner, code: .random()) },
        row(.anybody) { _ in RedeemCode("x", identity: ("telegram", "x"), name: "x") },
        row(.owner) { MakeAPIToken(for: $0.test.project.id, as: .viewer, name: "x", token: MakeAPIToken.newToken()) },
        row(.change) { AddDependency($0.task.reference, on: $0.other.reference, kind: .blocks) },
        row(.change) { RemoveDependency($0.task.reference, on: $0.other.reference) },
        row(.change) { ReleaseDependents(of: $0.task.reference) },
        row(.change) { CancelDependents(of: $0.task.reference) },
        row(.note) { AddNote($0.task.reference, "x") },
        row(.change) { AssignTask($0.task.reference, to: .automatic) },
        row(.report) { RequestHelp($0.task.report, .init(kind: .help, question: "x")) },
        row(.change) { CancelTask($0.task.reference) },
        row(.member) { RetryTask($0.task.reference) },
        row(.member) { ReleaseTask($0.task.reference) },
        row(.member) { StopRetry($0.task.reference) },
        row(.report) { ReportUsage($0.task.report, UsageReport(Usage(tokensIn: 1))) },
        row(.member) { LetSpend($0.task.reference, .once) },
        row(.hub) { _ in BeginSpendingDay() },
        row(.hub) { _ in ResumeSpending() },
        query { GetSpending(in: $0.test.project.id) },
        query { GetTaskSpending($0.task.reference) },
        row(.hub) { TryAgain($0.task.id) },
        row(.report) { CompleteTask($0.task.report, result: .null) },
        row(.report) { FailTask($0.task.report, error: "x") },
        row(.report) { SubmitPlan($0.task.report, plan: "x") },
        row(.report) { StartTask($0.task.report) },
        row(.change) { EditTask($0.task.reference, .init()) },
        row(.create) { CreateTask(project: $0.test.project.id, content: .init(title: "x")) },
        row(.create) { CreatePipeline(project: $0.test.project.id, pipeline: Pipeline(entries: [])) },
        query(.create) { CheckPipeline(project: $0.test.project.id, pipeline: Pipeline(entries: [])) },
        query { ListPipelines(in: $0.test.project.id) },
        query { GetPipeline(.number($0.pipeline), in: $0.test.project.id) },
        row(.create) { KeepPipelineDraft(["tasks": []], in: $0.test.project.id) },
        query(.create) { GetPipelineDraft($0.draft) },
        query { GetGraph(.everythingOpen, in: $0.test.project.id) },
        row(.owner) {
            AddSchedule(
                project: $0.test.project.id, name: "x", cron: "@daily",
                pipeline: Pipeline(entries: [.init(id: "a", content: .init(title: "a"))]))
        },
        row(.owner) { PauseSchedule(1, in: $0.test.project.id, isPaused: true) },
        row(.owner) { RemoveSchedule(1, in: $0.test.project.id) },
        row(.hub) { _ in FireSchedule(.random()) },
        row(.member) { SaveTemplate("x", of: .number($0.pipeline), in: $0.test.project.id) },
        row(.member) { RemoveTemplate("kept", in: $0.test.project.id) },
        row(.owner) { RecordReload(added: [], changed: [], removed: [], kept: [], faults: [], in: $0.test.project.id) },
        query { ListTemplates(in: $0.test.project.id) },
        query { GetTemplate("kept", in: $0.test.project.id) },
        query { ListSchedules(in: $0.test.project.id) },
        query { PipelineTasks([$0.task.id], in: $0.test.project.id) },
        row(.member) { Respond(to: .intervention($0.help.id), "x") },
        row(.answerQuestion) { Respond(to: .task($0.other.reference), "x") },
        row(.member) { Decide($0.task.reference, .approve) },
        row(.create) { SendFile(to: .task($0.task.reference), named: "x", content: .random()) },
        row(.member) { RequestFile(from: .task($0.task.reference), path: "/x") },
        row(.hub) { AcknowledgeFile($0.offered.id, on: $0.holder.id, .stored(path: nil)) },
        row(.hub) { FailFileRequest($0.offered.id, on: $0.holder.id, because: "x") },
        row(.hub) { ReceiveFile($0.offered.id, from: $0.holder.id, named: nil, content: .random()) },
        row(.hub) { _ in TidyFiles() },
        row(.create) {
            StartTransfer(from: $0.holder, to: "sibling", filename: "x", path: "/x", size: 0, sha256: String(repeating: "0", count: 64))
        },
        row(.hub) { UpdateTransfer($0.transfer.id, .failed, chunksRelayed: 0) },
        row(.hub) { AbandonTransfers(before: $0.test.clock.now()) },
        row(.owner) { AddApprovalRule(in: $0.test.project.id, .init(name: "x", toolPattern: "*", action: .deny)) },
        row(.owner) { ChangeApprovalRule($0.rule.id.text, in: $0.test.project.id) },
        row(.owner) { RemoveApprovalRule($0.rule.id.text, in: $0.test.project.id) },
        row(.hub) { LogPermissions(on: $0.holder, []) },
        query(.create) { FindFilePlace(.task($0.task.reference)) },
        query(.member) { ReadFile($0.offered.id) },
        query { GetFile($0.offered.id) },
        query { ListFiles(in: $0.test.project.id) },
        query { WaitingFiles(for: $0.holder, .offered) },
        query { GetTransfer($0.transfer.id.text, in: $0.test.project.id) },
        query { ListApprovalRules(in: $0.test.project.id) },
        query { GetApprovalRule($0.rule.id.text, in: $0.test.project.id) },
        query { ListPermissions(in: $0.test.project.id) },
        row(.member) { OpenSession(on: "holder", in: $0.test.project.id) },
        row(.member) { CloseSession(.id($0.session.id)) },
        row(.member) { AdmitTyping(.id($0.session.id), .text) },
        row(.member) { ResizeSession(.id($0.session.id), to: .standard) },
        row(.hub) { ServerConnected($0.holder.id, features: []) },
        row(.hub) { ServerDisconnected($0.holder.id) },
        row(.hub) { SessionsReported($0.holder.id, present: []) },
        row(.hub) { SessionStarted($0.session.id, on: $0.holder.id, pid: nil, tmuxName: "", workingDirectory: nil) },
        row(.hub) { NoteLaunched($0.session.id) },
        row(.hub) { SessionFailed($0.session.id, on: $0.holder.id, error: "x") },
        row(.hub) { SessionClosed($0.session.id, on: $0.holder.id, exitCode: nil) },
        row(.hub) { SessionRecovered("orc-x", on: $0.holder.id) },
        row(.hub) { ReviewSession($0.session.id) },
        row(.hub) { _ in ResumeSessions() },
        row(.hub) { _ in CleanSessions() },
        row(.hub) { NoteWaiting($0.session.id, .input, text: "x") },
        row(.hub) { EndWaiting($0.session.id) },
        row(.hub) { RemindPeople(of: $0.task.id, waitingSince: $0.test.clock.now()) },
        row(.hub) { _ in ResumeReminders() },
        row(.hub) { TakeStandby(for: $0.help.id) },
        row(.hub) { MarkStalled($0.task.reference, since: $0.test.clock.now()) },
        row(.hub) { IssueSessionKey(for: $0.session.id, key: IssueSessionKey.newKey()) },
        row(.hub) { MarkPushesSent([], to: $0.holder.id) },
        row(.hub) { ConfirmPush(.random(), from: $0.holder.id) },
        row(.hub) { _ in DropPush(.random(), reason: "x") },
        query { GetSession(.id($0.session.id)) },
        query { ListSessions(in: $0.test.project.id) },
        query { ListPushes(to: .id($0.session.id)) },
        query { ListEvents(in: $0.test.project.id, after: 0) },
        query { ListServers(in: $0.test.project.id) },
        query { GetServer($0.holder.id) },
        query { ListMembers(of: $0.test.project.id) },
        query { GetTask($0.task.reference) },
        query { ListTasks(TaskFilter(project: $0.test.project.id)) },
        query { CheckTasks(on: $0.holder) },
        query { TasksInHand(of: $0.holder) },
        query { CountTasks(in: $0.test.project.id) },
        query { Explain($0.task.reference) },
        query { ListNotes($0.task.reference) },
        query { ListInterventions(in: $0.test.project.id) },
        query { GetIntervention($0.help.id.text, in: nil) },
    ]

    @Test("every use case and query admits and refuses whom the domain says") func table() async throws {
        let world = try await World()
        for row in Self.rows {
            for (index, caller) in world.callers.enumerated() {
                let found = await row.outcome(world, caller)
                #expect(found == row.pattern.letters[index], "\(row.name) by \(Self.callers[index])")
            }
        }
    }

    @Test("no use case or query is missing from the table") func complete() throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let sources = tests.appendingPathComponent("../../../Sources/HubService").standardizedFileURL
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var declared: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /struct (\w+)\s*:[^{]*\b(?:UseCase|Query)\b/) { declared.insert(String(match.1)) }
        }
        #expect(declared.count > 40)
        #expect(declared == Set(Self.rows.map(\.name)))
    }

    @Test("what the gate refuses leaves no trace") func refusalWritesNothing() async throws {
        let world = try await World()
        let before = try await world.test.eventCount()
        await refused(.forbidden) { try await world.test.hub.run(CancelTask(world.task.reference), as: world.callers[3]) }
        await refused(.notFound) { try await world.test.hub.run(CancelTask(world.task.reference), as: world.callers[4]) }
        await refused(.unauthenticated) { try await world.test.hub.run(CancelTask(world.task.reference), as: world.callers[9]) }
        #expect(try await world.test.eventCount() == before)
        #expect(try await world.test.task(world.task).task.state == .needsHuman)
    }

    /// A project with somebody of each kind. `task` was created by one server and is held by another, which asks for help on it;
    /// `other` asks a question.
    struct World: Sendable {
        let test: TestHub
        let holder: Server
        let task: AgentTask
        let other: AgentTask
        let help: Intervention
        let offered: HubFile
        let transfer: FileTransfer
        let rule: ApprovalRule
        let session: Session
        let pipeline: Int
        let draft: PipelineRun.ID
        let callers: [Caller]

        init() async throws {
            let test = try await TestHub()
            let elsewhere = try await test.hub.run(CreateProject("elsewhere"), as: test.admin)
            let (holder, sibling) = (try await test.server("holder"), try await test.server("sibling"))
            let (creator, foreign) = (try await test.server("creator"), try await test.server("foreign", in: elsewhere))
            func ask(_ kind: Intervention.Kind) async throws -> (AgentTask, Intervention) {
                let created = try await test.create(by: creator.agent) { $0.requirements.server = "holder" }
                try await test.hub.run(StartTask(created.report), as: holder.agent)
                let outcome = try await test.hub.run(
                    RequestHelp(created.report, .init(kind: kind, question: "How?")), as: holder.agent)
                return (outcome.view.task, outcome.intervention)
            }
            (task, help) = try await ask(.help)
            other = try await ask(.question).0
            offered = try await test.hub.sendFile(named: "x", [1], to: .server("holder", in: test.project.id), as: test.admin)
            transfer = try await test.hub.run(
                StartTransfer(from: holder, to: "sibling", filename: "x", path: "/x", size: 0, sha256: String(repeating: "0", count: 64)),
                as: holder.agent)
            rule = try await test.hub.run(
                AddApprovalRule(in: test.project.id, .init(name: "x", toolPattern: "*", action: .deny)), as: test.admin
            ).rule
            (self.test, self.holder) = (test, holder)
            try await test.hub.run(ServerConnected(holder.id, features: []), as: .hub)
            session = try await test.hub.run(OpenSession(on: "holder", in: test.project.id, name: "desk"), as: test.admin).session
            pipeline = try await test.hub.run(
                CreatePipeline(
                    project: test.project.id, pipeline: Pipeline(entries: [.init(id: "a", content: .init(title: "a"))]),
                    document: ["tasks": []]), as: test.admin
            ).number
            try await test.hub.run(SaveTemplate("kept", of: .number(pipeline), in: test.project.id), as: test.admin)
            draft = try await test.hub.run(KeepPipelineDraft(["tasks": []], in: test.project.id), as: test.admin).id
            callers = [
                test.admin, try await test.person("Olga", .owner), try await test.person("Max", .member),
                try await test.person("Vera", .viewer), try await test.person("Otto", .owner, in: elsewhere), holder.agent,
                sibling.agent, foreign.agent, creator.agent, .stranger(name: "Eve", over: .rest), .hub,
            ]
        }

        func outcome(of caller: Caller, _ body: @escaping @Sendable (HubTransaction) throws -> Void) async -> Character {
            let (now, vault) = (test.clock.now(), test.hub.vault)
            do {
                try await test.database.read {
                    try body(HubTransaction(connection: $0, now: now, caller: caller, vault: vault, spending: .standard))
                }
                return "a"
            } catch { return Self.letter(error) }
        }

        static func letter(_ error: any Error) -> Character {
            switch Refusal(error) {
            case .forbidden: "f"
            case .notFound: "n"
            case .unauthenticated: "u"
            default: "?"
            }
        }
    }
}
