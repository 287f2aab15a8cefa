import HubCore
import HubService
import HubStore
import WireProtocol

extension TaskObject {
    init(_ view: TaskView, notes: [Note]? = nil, isBrief: Bool = false, warnings: [String] = []) {
        self.init(
            view.task, serverName: view.task.state == .pending ? nil : view.serverName, needsPlan: view.needsPlan,
            needsReview: view.needsReview,
            dependencies: view.upstreams.map { DependencyObject($0.edge, number: $0.number, state: $0.state) },
            intervention: view.intervention, notes: notes.map { $0.map(NoteObject.init) }, isBrief: isBrief,
            waiting: view.waiting?.words, warnings: warnings)
        spending = view.spending?.wire
        (failures, retryAt) = (view.retry?.failures, view.retry?.due)
        (resolvedInputs, contractValues) = (view.resolvedInputs, view.contractValues)
        (sessionName, sourceSessionName) = (view.sessionName, view.sourceSessionName)
    }

    init(_ outcome: TaskOutcome) {
        self.init(outcome.view, warnings: outcome.warnings)
    }
}

extension NoteObject {
    init(_ note: Note) {
        self.init(
            id: note.id.text, task: note.task, content: note.content, author: note.author.name, isUrgent: note.isUrgent,
            createdAt: note.createdAt)
    }
}

extension TaskView.Waiting {
    /// Why a task waits, as a sentence.
    var words: String {
        switch self {
        case .blocked(let tasks):
            "waits for "
                + tasks.map { task in
                    let again = task.retryAt.map { ", tries again at \($0)" } ?? ""
                    return "#\(task.number) (\(task.state.words)\(again))"
                }.joined(separator: ", ")
        case .held(let tasks):
            "held: " + tasks.map { "#\($0.number) (\($0.state.words))" }.joined(separator: ", ")
                + " never lets it go: retry that, drop the dependency, or cancel this task"
        case .writer(let writer): writer.sentence { "#\($0)" }
        case .cap(let cap, let currency): "has reached \(cap.words(currency)); \(cap.cure)"
        case .assignmentByHand: "waits to be assigned by hand"
        case .noServer(let sentence): sentence
        case .nextTry(let retry, let time): "tries again at \(time), \(retry.next)"
        }
    }
}

extension EditTask.Changes {
    init(_ changes: TaskChanges) {
        self.init()
        (title, spec, priority, kind) = (changes.title, changes.spec, changes.priority, changes.kind)
        (repository, branch, acceptanceCriteria) = (changes.repository, changes.branch, changes.acceptanceCriteria)
        (requirements, preferences) = (changes.requirements, changes.preferences)
        (reminderMinutes, escalationMinutes) = (changes.reminderMinutes, changes.escalationMinutes)
        (retry, spendCap) = (changes.retry, changes.spendCap)
        (requirePlan, requireReview, autoAssign) = (changes.requirePlan, changes.requireReview, changes.autoAssign)
        (produces, acceptsImpact) = (changes.produces, changes.acceptsImpact)
    }
}
