import ChatOps
import Cryptography
import HubCore
import HubService
import HubStore
import TelegramBot

/// Turns events into cards and notices. Runs inside the transaction that moves its cursor, so that an event is told once, whatever crashes.
struct Notifier: Sendable {
    static let name = "telegram"

    /// How many cards of other tasks follow one event.
    private static let neighbourLimit = 100

    let handler: any ChatHandler
    let composer: MessageComposer
    let numbers: OutboxNumbers
    /// Raised where quiet hours hold something, or end for what they hold.
    let hasDeferred = Locked(false)

    /// When an event is told.
    enum Moment {
        /// When it happens.
        case now
        /// After the quiet hours that held it. It is rendered from what is the case by then; what was to be decided, and is decided
        /// meanwhile, is not told any more.
        case late(wasDecision: Bool)

        var isLate: Bool { if case .late = self { true } else { false } }
    }

    /// - Returns: what is to be sent once the transaction is on disk.
    func tell(_ event: Event, _ moment: Moment = .now, in transaction: HubTransaction) throws -> [OutboxItem] {
        // The rest costs several statements for every event of the hub.
        let known = NoticeTargets(connection: transaction.connection)
        guard try known.isAnybodyThere() else { return [] }
        let bound = try known.bound(to: event.project)
        let quiet = QuietCheck(event, isOver: moment.isLate, transaction)
        if event.fact.kind == .projectChanged, !moment.isLate, try quiet.reschedule() { hasDeferred.withLock { $0 = true } }
        let items = try tell(event, moment, bound: bound, quiet, transaction)
        if try quiet.store() { hasDeferred.withLock { $0 = true } }
        return items
    }

    private func tell(
        _ event: Event, _ moment: Moment, bound: [SlotTable.Place], _ quiet: QuietCheck, _ transaction: HubTransaction
    ) throws -> [OutboxItem] {
        let connection = transaction.connection
        var answers = try moment.isLate ? [] : answer(event, bound: bound, transaction)
        answers += try drawPipeline(of: event, bound: bound, quiet, transaction)
        let notices = LabelledNotice(event, bound: bound, handler: handler, transaction)
        guard let notice = try notices.unlabelled() else { return answers }
        let targets = try targets(of: notice, bound: bound, event, connection)
        var items = answers
        if let task = notice.task {
            items += try drawCards(of: task, for: notice, notices, event, targets, quiet, transaction)
        }
        for neighbour in notice.neighbours.prefix(Self.neighbourLimit) {
            items += try drawCards(of: neighbour, for: Notice(task: neighbour), notices, event, [], quiet, transaction)
        }
        if !moment.isLate { items += try redraw(notice, notices, event, transaction) }
        for place in targets {
            guard let message = try notices.notice(notices.label(bot: place.bot, chat: place.chat))?.message else { continue }
            if case .late(wasDecision: true) = moment, message.urgency != .decision { continue }
            let slots = SlotTable(connection: connection)
            // An edit makes no sound.
            let isEdit = try notice.key.map { try slots.message(SlotTable.notice($0), bot: place.bot, chat: place.chat) != nil } ?? false
            if try !isEdit && quiet.holds(message, isUrgent: notice.isUrgent) { continue }
            var style = MessageComposer.Style(topic: place.topic)
            if let task = notice.task ?? message.topic?.task { style.replyTo = .slot(SlotTable.card(task)) }
            if let key = notice.key {
                let slot = SlotTable.notice(key)
                style.slot = slot
                try slots.show("", in: slot, place, at: transaction.now)
            }
            items += try insert(
                try composer.post(message, style), at: place, "event/\(event.sequence)/\(place.chat)", transaction)
        }
        return items
    }

    /// Tells who sent what the event settles, at the message that they sent it with.
    private func answer(_ event: Event, bound: [SlotTable.Place], _ transaction: HubTransaction) throws -> [OutboxItem] {
        let askers = AskerTable(connection: transaction.connection)
        guard let key = try askers.key(settledBy: event), let asker = try askers.take(key) else { return [] }
        let label: TaskLabel = bound.contains { $0.bot == asker.bot && $0.chat == asker.chat } ? .short : .qualified
        guard let reply = try handler.answer(to: event, label: label, in: transaction) else { return [] }
        let place = SlotTable.Place(bot: asker.bot, chat: asker.chat, topic: asker.topic)
        let known = NoticeTargets(connection: transaction.connection)
        guard try known.isAlive(place), try known.maySee(event.project, bot: place.bot, chat: place.chat) else { return [] }
        let style = MessageComposer.Style(topic: asker.topic, replyTo: .message(asker.message))
        var calls = try reply.messages.prefix(1).flatMap { try composer.post($0, style) }
        if let reaction = reply.reaction { calls.append(try composer.react(reaction, to: asker.message)) }
        return try insert(calls, at: place, "answer/\(event.sequence)/\(asker.chat)", transaction)
    }

    private func targets(
        of notice: Notice, bound: [SlotTable.Place], _ event: Event, _ connection: any SQLConnection
    ) throws -> [SlotTable.Place] {
        let known = NoticeTargets(connection: connection)
        if notice.isForOwners {
            let owners = try known.owners(of: event.project)
            // An owner without a private chat has no other way to hear of it.
            return owners.isEmpty ? bound : owners
        }
        var places = bound
        if places.isEmpty, notice.message != nil { places = try known.owners(of: event.project) }
        if event.fact.subject.kind == .pipeline, notice.message != nil {
            for place in try SlotTable(connection: connection).places(SlotTable.pipeline(PipelineRun.ID(stored: event.fact.subject.id)))
            where !places.contains(where: { $0.bot == place.bot && $0.chat == place.chat }) { places.append(place) }
        }
        if let task = notice.task ?? notice.message?.topic?.task, let origin = try known.origin(of: task),
            !places.contains(where: { $0.bot == origin.bot && $0.chat == origin.chat })
        {
            places.append(origin)
        }
        return try places.filter { try known.maySee(event.project, bot: $0.bot, chat: $0.chat) }
    }

    /// The places where a slot is that may still show what happens in `project`; the others are forgotten.
    private func visible(_ name: String, of project: Project.ID, _ connection: any SQLConnection) throws -> [SlotTable.Place] {
        let (slots, known) = (SlotTable(connection: connection), NoticeTargets(connection: connection))
        return try slots.places(name).filter { place in
            if try known.maySee(project, bot: place.bot, chat: place.chat) { return true }
            try slots.remove(name, bot: place.bot, chat: place.chat)
            return false
        }
    }

    /// Keeps the one message current that shows how far a pipeline is. It comes into being where the pipeline was created: in the chat, or, where
    /// that was elsewhere, in the chats of the project.
    private func drawPipeline(
        of event: Event, bound: [SlotTable.Place], _ quiet: QuietCheck, _ transaction: HubTransaction
    ) throws -> [OutboxItem] {
        let run: PipelineRun? =
            switch event.fact.subject.kind {
            case .task: try transaction.pipelines.find(of: AgentTask.ID(stored: event.fact.subject.id))
            case .pipeline: try transaction.pipelines.find(PipelineRun.ID(stored: event.fact.subject.id))
            default: nil
            }
        guard let run else { return [] }
        let (slots, known) = (SlotTable(connection: transaction.connection), NoticeTargets(connection: transaction.connection))
        let name = SlotTable.pipeline(run.id)
        var places = try visible(name, of: run.project, transaction.connection)
        if event.fact.kind == .pipelineCreated, event.fact.channel != .telegram, try !quiet.holds(isUrgent: false) {
            places += try bound.isEmpty ? known.owners(of: event.project) : bound
        }
        guard !places.isEmpty else { return [] }
        let card = handler.card(of: try transaction.view(of: run), at: transaction.now)
        let digest = Hex.encode(SHA256.digest(of: try StoredJSON.text(card)))
        var items: [OutboxItem] = []
        for place in places {
            guard try known.isAlive(place), try slots.digest(name, bot: place.bot, chat: place.chat) != digest else { continue }
            try slots.show(digest, in: name, place, at: transaction.now)
            var style = MessageComposer.Style(topic: place.topic, slot: name)
            style.buttonIDs = try ButtonTable(connection: transaction.connection, bot: place.bot).ids(of: name, in: place.chat)
            items += try insert(
                try composer.post(card, style).map { try $0.unrepeatable(composer.vault) }, at: place,
                "pipeline/\(event.sequence)/\(place.chat)", transaction)
        }
        return items
    }

    /// Redraws the cards that are there, and makes those that are missing: in groups when the task is created, elsewhere with its first notice.
    private func drawCards(
        of task: AgentTask.ID, for notice: Notice, _ notices: LabelledNotice, _ event: Event, _ targets: [SlotTable.Place],
        _ quiet: QuietCheck, _ transaction: HubTransaction
    ) throws -> [OutboxItem] {
        guard let found = try transaction.tasks.find(task) else { return [] }
        let (name, slots) = (SlotTable.card(task), SlotTable(connection: transaction.connection))
        let known = NoticeTargets(connection: transaction.connection)
        let existing = try visible(name, of: found.project, transaction.connection)
        let isWanted = notice.message != nil || event.fact.kind == .taskCreated && event.fact.data["pipeline_id"] == nil
        var missing = isWanted ? targets.filter { place in !existing.contains { $0.bot == place.bot && $0.chat == place.chat } } : []
        if !missing.isEmpty, try quiet.holds(isUrgent: notice.isUrgent) { missing = [] }
        guard !existing.isEmpty || !missing.isEmpty else { return [] }
        let view = try transaction.view(of: found)
        var items: [OutboxItem] = []
        for place in existing + missing {
            let (card, digest) = try notices.card(of: view, notices.label(bot: place.bot, chat: place.chat))
            guard try known.isAlive(place), try slots.digest(name, bot: place.bot, chat: place.chat) != digest else { continue }
            try slots.show(digest, in: name, place, at: transaction.now)
            var style = MessageComposer.Style(topic: place.topic, slot: name)
            style.buttonIDs = try ButtonTable(connection: transaction.connection, bot: place.bot).ids(of: name, in: place.chat)
            // A first card goes ahead of the notice that replies to it.
            if let message = notice.message, !existing.contains(place) { style.lane = message.urgency.lane }
            var calls = try composer.post(card, style)
            for index in calls.indices { calls[index] = try calls[index].unrepeatable(composer.vault) }
            items += try insert(calls, at: place, "card/\(event.sequence)/\(place.chat)/\(task)", transaction)
        }
        return items
    }

    /// What was asked is settled: messages that still offer buttons for it lose them and say so.
    /// Those that have yet to arrive do so then.
    private func redraw(
        _ notice: Notice, _ notices: LabelledNotice, _ event: Event, _ transaction: HubTransaction
    ) throws -> [OutboxItem] {
        guard !notice.redraws.isEmpty else { return [] }
        var items: [OutboxItem] = []
        let known = NoticeTargets(connection: transaction.connection)
        let settled = SettledTable(connection: transaction.connection)
        for label in Set(try settled.chatsToCome().map { notices.label(bot: $0.bot, chat: $0.chat) }) {
            let number = numbers.next()
            for redraw in try notices.notice(label)?.redraws ?? [] {
                try settled.put(redraw, label, number: number, at: transaction.now)
            }
        }
        for (index, topic) in notice.redraws.map(\.topic).enumerated() {
            for (bot, chat, message) in try MessageTable.open(topic, in: transaction.connection) {
                let place = SlotTable.Place(bot: bot, chat: chat, topic: nil)
                guard try known.isAlive(place), let redraw = try notices.notice(notices.label(bot: bot, chat: chat))?.redraws[index]
                else { continue }
                // Who may not see it any more only loses the buttons.
                let isVisible = try known.maySee(event.project, bot: bot, chat: chat)
                let call = try isVisible ? composer.redraw(message, redraw) : composer.strip(message)
                items += try insert([call], at: place, "redraw/\(event.sequence)/\(chat)/\(message)", transaction)
            }
        }
        return items
    }

    private func insert(
        _ calls: [PreparedCall], at place: SlotTable.Place, _ source: String, _ transaction: HubTransaction
    ) throws -> [OutboxItem] {
        let outbox = OutboxTable(connection: transaction.connection, ids: numbers, vault: transaction.vault)
        return try calls.enumerated().compactMap { part, call in
            try outbox.insert(call, bot: place.bot, chat: place.chat, source: "\(source)/\(part)", at: transaction.now)
        }
    }
}

extension PreparedCall {
    /// A card is not posted twice: the next event draws it anyway.
    fileprivate func unrepeatable(_ vault: Vault) throws -> PreparedCall {
        guard call.isRepeatable else { return self }
        var result = self
        result.call.isRepeatable = false
        (result.stored, result.isSealed) = try StoredCall.encode(result.call, with: vault)
        return result
    }
}
