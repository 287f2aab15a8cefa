import HubCore
import HubService
import HubStore

/// `/tasks`: the list by state, ten a page, most pressing first.
struct TasksCommand: ChatCommand {
    static let permission: Permission? = .see
    static let pageSize = 10

    private static let order: [AgentTask.State] = [
        .needsHuman, .planReview, .review, .failed, .running, .planning, .assigned, .pending, .done, .cancelled,
    ]

    let states: [AgentTask.State]
    let isMine: Bool
    let repository: String?
    let text: String
    let page: Int
    /// The filters as typed, for the buttons.
    private let filters: String

    init(_ line: CommandLine) throws(UsageError) {
        var states: [AgentTask.State] = []
        var (isMine, repository, text, page, filters) = (false, nil as String?, [String](), 1, [String]())
        for raw in line.words {
            let word = raw.withPlainPunctuation
            let lower = word.lowercased()
            if lower.hasPrefix("page:") {
                guard let number = Int(lower.dropFirst(5)), (1...10_000).contains(number) else {
                    throw UsageError("“\(AgentText.line(word, limit: 40))” is no page")
                }
                page = number
                continue
            }
            filters.append(word)
            if lower == "mine" {
                isMine = true
            } else if let found = Self.states(named: lower) {
                states += found
            } else if lower.hasPrefix("repo:") {
                let name = String(word.dropFirst(5)).unquoted
                guard !name.isEmpty else { throw UsageError("“repo:” needs the name of a repository behind the colon") }
                repository = name
            } else {
                text.append(word)
            }
        }
        (self.states, self.isMine, self.repository, self.page) = (states, isMine, repository, page)
        (self.text, self.filters) = (text.joined(separator: " ").unquoted, filters.joined(separator: " "))
    }

    private static func states(named word: String) -> [AgentTask.State]? {
        switch word {
        case "waiting": [.planReview, .needsHuman, .review]
        case "all": order
        case "open": order.filter { !$0.isFinal }
        case "plan": [.planReview]
        case "question", "questions": [.needsHuman]
        default: AgentTask.State(rawValue: word.replacing("-", with: "_")).map { [$0] }
        }
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let project = try await context.project()
        let isSearch = isMine || repository != nil || !text.isEmpty
        // What is over shows only where somebody looks for it.
        let wanted = states.isEmpty ? (isSearch ? Self.order : Self.order.filter { $0 != .done && $0 != .cancelled }) : states
        var filter = TaskFilter(
            project: project.id, repository: repository, text: text.isEmpty ? nil : text,
            creator: isMine ? try context.person().id.text : nil, newestFirst: false)
        var (skip, room, total) = ((page - 1) * Self.pageSize, Self.pageSize, 0)
        var list = ChatText()
        for state in Self.order where wanted.contains(state) {
            (filter.states, filter.limit, filter.offset) = ([state], room, skip)
            let answer = try await context.ask(ListTasks(filter))
            total += answer.total
            skip = max(0, skip - answer.total)
            room -= answer.tasks.count
            if !answer.tasks.isEmpty { list.nextLine(Self.section(state, answer, context)) }
        }
        guard total > 0 else { return context.reply(ChatText(Self.nothing(filters, project))) }
        let pages = (total + Self.pageSize - 1) / Self.pageSize
        guard page <= pages else { throw UsageError(pages == 1 ? "there is only one page" : "there are only \(pages) pages") }
        var text: ChatText = "Tasks of "
        text.append(project.name, .bold)
        text.append(filters.isEmpty ? "" : ", \(AgentText.line(filters, limit: 100))")
        text.append(pages > 1 ? " · page \(page) of \(pages)" : "")
        text.append("\n")
        text.append(list)
        return context.reply(ChatMessage(text, buttons: buttons(pages)))
    }

    private static func section(_ state: AgentTask.State, _ answer: ListTasks.Answer, _ context: ChatContext) -> ChatText {
        var text = ChatText.bold("\(state.emoji) \(state.words) (\(answer.total))")
        for view in answer.tasks {
            let server = view.task.state.isPlaced ? view.serverName.map { " · \(AgentText.line($0, limit: 32))" } ?? "" : ""
            let urgent = view.task.content.priority > .normal ? " · \(view.task.content.priority.rawValue)" : ""
            let offline = view.task.state.isPlaced && !view.isServerOnline ? " ⚠️ offline" : ""
            text.nextLine(
                ChatText("\(context.label.link(view)) \(AgentText.line(view.task.content.title, limit: 80))\(server)\(offline)\(urgent)"))
        }
        return text
    }

    private static func nothing(_ filters: String, _ project: Project) -> String {
        filters.isEmpty
            ? "No open task in \(project.name). /new makes one; /tasks done lists what is finished."
            : "No task in \(project.name) fits “\(AgentText.line(filters, limit: 100))”."
    }

    private func buttons(_ pages: Int) -> [[ChatButton]] {
        guard pages > 1 else { return [] }
        func turn(_ label: String, to page: Int) -> ChatButton {
            ChatButton(label, .command("/tasks \(filters.isEmpty ? "" : filters + " ")page:\(page)", inPlace: true))
        }
        var row: [ChatButton] = []
        if page > 1 { row.append(turn("◀ \(page - 1)", to: page - 1)) }
        if page < pages { row.append(turn("\(page + 1) ▶", to: page + 1)) }
        return [row]
    }
}
