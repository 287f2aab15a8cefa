import HubCore
import HubService
import WireProtocol

/// `/schedule`: what the hub creates at set times.
struct ScheduleCommand: ChatCommand {
    static let permission: Permission? = .see

    enum Order {
        case list
        case add(cron: String, zone: String, catchUp: Schedule.CatchUp, name: String, body: String)
        case pause(Int, Bool)
        case remove(Int)
    }

    let order: Order

    init(_ line: CommandLine) throws(UsageError) {
        var words = line.words[...]
        switch words.popFirst()?.lowercased() {
        case nil, "list": order = .list
        case "add":
            let count = words.first?.hasPrefix("@") == true ? 1 : 5
            guard words.count > count else { throw UsageError("say when: five fields as in crontab, and a time zone") }
            let cron = words.prefix(count).joined(separator: " ")
            words = words.dropFirst(count)
            let zone = words.removeFirst()
            var catchUp = Schedule.CatchUp.once
            if let word = words.first?.lowercased(), let policy = Schedule.CatchUp(rawValue: word) {
                catchUp = policy
                words.removeFirst()
            }
            guard !words.isEmpty else { throw UsageError("say what is to be done: a title, or the name of the pipeline that comes along") }
            order = .add(cron: cron, zone: zone, catchUp: catchUp, name: words.joined(separator: " "), body: line.body)
        case "pause": order = .pause(try Self.number(words), true)
        case "resume": order = .pause(try Self.number(words), false)
        case "remove": order = .remove(try Self.number(words))
        case let word?: throw UsageError("“\(AgentText.line(word, limit: 40))” is none of add, pause, resume, remove")
        }
    }

    private static func number(_ words: ArraySlice<String>) throws(UsageError) -> Int {
        let word = words.count == 1 ? words.first ?? "" : ""
        guard let number = Int(word.uppercased().hasPrefix("S") ? word.dropFirst() : word[...]), number > 0 else {
            throw UsageError("say which schedule, as in S2")
        }
        return number
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let project = try await context.project()
        switch order {
        case .list: return try await list(project, context)
        case .add(let cron, let zone, let catchUp, let name, let body):
            var pipeline = Pipeline(name: name, entries: [.init(id: "task", content: .init(title: name))])
            var faults: [Pipeline.Fault] = []
            if let source = try await PipelineCommand.source(body, context) {
                let draft = PipelineDraft(json: try PipelineCommand.read(source).json)
                (pipeline, faults) = (draft.pipeline, draft.faults)
                if pipeline.name == nil { pipeline.name = name }
            }
            do {
                let made = try await context.run(
                    AddSchedule(
                        project: project.id, name: name, cron: cron, timeZone: zone, catchUp: catchUp, pipeline: pipeline, faults: faults))
                return context.reply(
                    ChatText(
                        "⏰ S\(made.number) \(AgentText.line(name, limit: 60)): for the first time \(made.due.words(at: context.now))."
                    ))
            } catch let refusal as Pipeline.Refusal {
                throw HubError.invalid(refusal.description)
            }
        case .pause(let number, let isPaused):
            _ = try await context.run(PauseSchedule(number, in: project.id, isPaused: isPaused))
            return context.reply(
                ChatText(isPaused ? "⏸ S\(number) is paused. /schedule resume S\(number) lets it go on." : "▶️ S\(number) goes on."))
        case .remove(let number):
            _ = try await context.run(RemoveSchedule(number, in: project.id))
            return context.reply(ChatText("🗑 S\(number) is gone. What it created stays."))
        }
    }

    private func list(_ project: Project, _ context: ChatContext) async throws -> ChatReply {
        let all = try await context.ask(ListSchedules(in: project.id))
        guard !all.isEmpty else {
            return context.reply(
                ChatText("\(project.name) has no schedules. /schedule add 30 2 * * mon-fri Europe/Berlin TITLE makes one."))
        }
        var text = ChatText.bold("Schedules of \(project.name)")
        for schedule in all {
            let next = schedule.isPaused ? "paused" : schedule.due.map { "next \($0.words(at: context.now)) UTC" } ?? "never due again"
            text.nextLine(ChatText("S\(schedule.number) \(AgentText.line(schedule.name, limit: 60)) · "))
            text.append("\(schedule.cron.text) \(schedule.timeZone)", .code)
            text.append(" · \(next)")
        }
        return context.reply(ChatMessage(text))
    }
}
