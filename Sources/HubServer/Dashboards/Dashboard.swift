import Cryptography
import HubCore
import HubService
import HubStore
import LiveSessions
import Logging
import NIOCore
import WebSocket
import WireProtocol

/// One person's open connection.
final class Dashboard: Sendable {
    /// How long one note of typing stands for what follows: the log tells who typed, not each key.
    private static let typingTime: Duration = .seconds(10)
    private static let eventBatch = 200
    /// Bytes of output that are on the way to the socket of one watcher at a time.
    private static let relayBatch = 64 << 10

    let person: Person
    let token: Secret
    let hub: Hub
    let live: LiveSessions
    let connection: WebSocketConnection
    let liveness: Duration
    let log: Logger
    private let outbound: OutboundQueue
    private let state = Locked(State())

    private struct State {
        var followsEvents = false
        var watches = Watches()
        var admitted: [Session.ID: Timestamp] = [:]
        /// Grows with each look at the person's rights.
        var edition = 0
    }

    init(
        person: Person, token: Secret, hub: Hub, live: LiveSessions, connection: WebSocketConnection, liveness: Duration, log: Logger
    ) {
        (self.person, self.token, self.hub, self.live) = (person, token, hub, live)
        (self.connection, self.liveness, self.log) = (connection, liveness, log)
        outbound = OutboundQueue(connection)
    }

    private var caller: Caller { .person(person, over: .ws) }

    func run() async {
        outbound.add(
            JSONValue.object([
                .init("type", "auth_ok"), .init("person", ["id": JSONValue(person.id), "name": .string(person.name)]),
            ]).bytes)
        outbound.whenEnded { [connection] in connection.endMessages() }
        let rights = Task {
            await watchRights()
            connection.endMessages()
        }
        await read()
        rights.cancel()
        outbound.close()
        let watches = state.withLock { $0.watches.removeAll() }
        for watch in watches { watch.cancel() }
        for watch in watches { await watch.value }
    }

    private func read() async {
        await withDiscardingTaskGroup { group in
            for await message in connection.messages {
                do {
                    let message = try DashboardMessage(json: JSONValue(parsing: Array(buffer: message.payload)))
                    if case .subscribeEvents(let after) = message {
                        let isFirst = state.withLock { state in
                            defer { state.followsEvents = true }
                            return !state.followsEvents
                        }
                        guard isFirst else { throw HubError.conflict("events are followed already") }
                        group.addTask { await self.sendEvents(after: after) }
                    } else {
                        try await take(message)
                    }
                } catch let error as JSONSyntaxError {
                    refuse("\(error)")
                } catch let fault as WireFault {
                    refuse("\(fault)")
                } catch {
                    refuse("\(HubError(error))")
                }
            }
            group.cancelAll()
        }
    }

    private func refuse(_ detail: String) {
        outbound.add((["type": "error", "detail": .string(Redactor.redact(detail))] as JSONValue).bytes)
    }

    private func take(_ message: DashboardMessage) async throws {
        switch message {
        case .auth, .subscribeEvents: break
        case .watchSession(let id, let from): try await watch(id, from: from)
        case .unwatchSession(let id): state.withLock { $0.watches.remove(id) }?.cancel()
        case .sessionInput(let id, let bytes):
            try await admit(typingInto: id)
            if await live.send(bytes, into: id) != .typed { throw HubError.conflict("the server of the session is not connected") }
        case .sessionResize(let id, let size):
            try await hub.run(ResizeSession(.id(id), to: size), as: caller)
            await live.resize(id, to: size)
        }
    }

    private func admit(typingInto id: Session.ID) async throws {
        let now = hub.clock.now()
        if let admitted = state.withLock({ $0.admitted[id] }), now.since(admitted) < Self.typingTime { return }
        let edition = state.withLock { $0.edition }
        try await hub.run(AdmitTyping(.id(id), .text), as: caller)
        state.withLock { state in
            if state.edition == edition { state.admitted[id] = now }
        }
    }

    // MARK: Terminals

    private func watch(_ id: Session.ID, from: Int64?) async throws {
        let edition = state.withLock { $0.edition }
        let view = try await hub.ask(GetSession(.id(id)), as: caller)
        let hasRoom = state.withLock { $0.watches.hasRoom(for: id) }
        guard hasRoom else { throw HubError.conflict("the session is watched already, or \(Watches.maximum) are") }
        let size = view.session.size
        outbound.add(
            ([
                "type": "session_watched", "session_id": JSONValue(id), "name": .string(view.session.name),
                "status": .string(view.session.state.rawValue), "cols": JSONValue(size.columns), "rows": JSONValue(size.rows),
            ] as JSONValue).bytes)
        let isLost = state.withLock { state in
            state.watches.add(id, of: view.session.project) { number in
                // Owned by `state`; awaited at the connection's end. It cannot end before it is there.
                Task {
                    let wasThere: Void? = await live.withBytes(of: id, from: from) { await self.relay($0, id, number) }
                    self.endWatch(number, of: id)
                    if wasThere == nil { self.outbound.add((["type": "session_ended", "session_id": JSONValue(id)] as JSONValue).bytes) }
                }
            }
            return state.edition != edition
        }
        // A look in between did not see it.
        if isLost { await review() }
    }

    private func endWatch(_ number: Int, of id: Session.ID) {
        state.withLock { $0.watches.end(number, of: id) }
    }

    private func relay(_ subscription: ByteSubscription, _ id: Session.ID, _ number: Int) async {
        while let events = await subscription.next(upTo: Self.relayBatch) {
            // Whoever reads that it has ended may ask for it again.
            if case .ended? = events.last { endWatch(number, of: id) }
            for event in events.dropLast() { outbound.add(Self.message(of: event, id)) }
            // Waiting for the socket is what makes a slow watcher skip.
            guard let last = events.last, await outbound.send(Self.message(of: last, id)) else { return }
        }
    }

    private static func message(of event: OutputEvent, _ id: Session.ID) -> [UInt8] {
        switch event {
        case .output(let chunk): chunk.encoded { output($0, id) }
        case .repaint(let repaint):
            ([
                "type": "session_repaint", "session_id": JSONValue(id), "offset": JSONValue(repaint.offset),
                "cols": JSONValue(repaint.size.columns), "rows": JSONValue(repaint.size.rows), "skipped": JSONValue(repaint.isSkip),
                "data": .string(Base64.standard.encode(repaint.bytes)),
            ] as JSONValue).bytes
        case .resized(let size):
            ([
                "type": "session_resized", "session_id": JSONValue(id), "cols": JSONValue(size.columns), "rows": JSONValue(size.rows),
            ] as JSONValue).bytes
        case .ended: (["type": "session_ended", "session_id": JSONValue(id)] as JSONValue).bytes
        }
    }

    /// Neither the id nor Base64 has anything to escape.
    private static func output(_ chunk: OutputChunk, _ id: Session.ID) -> [UInt8] {
        var bytes = Array(#"{"type":"session_output","session_id":"\#(id.text)","offset":\#(chunk.offset),"data":""#.utf8)
        bytes.reserveCapacity(bytes.count + chunk.bytes.count / 3 * 4 + 8)
        bytes += Base64.standard.encodedBytes(chunk.bytes)
        bytes += Array(#""}"#.utf8)
        return bytes
    }

    // MARK: Rights

    /// Ends what the person may not see any more, and asks again before the next word is typed.
    func review() async {
        do {
            let id = person.id
            let visible = try await hub.database.read { try Self.visibleProjects(of: id, $0) }
            let lost = state.withLock { state in
                state.edition += 1
                state.admitted = [:]
                return state.watches.keep(only: visible)
            }
            for (id, watch) in lost {
                watch.cancel()
                outbound.add((["type": "session_ended", "session_id": JSONValue(id)] as JSONValue).bytes)
                refuse("you may not see the session \(id) any more")
            }
        } catch is CancellationError {
            // The connection ends.
        } catch {
            log.error("the rights of a watcher could not be looked at", metadata: ["error": "\(HubError(error))"])
        }
    }

    // MARK: Events

    private func sendEvents(after: Int64?) async {
        var cursor = after
        for await _ in hub.database.observe(EventTable.signal) {
            do {
                while !Task.isCancelled {
                    let next = try await batch(after: cursor)
                    cursor = next.cursor
                    for event in next.events {
                        guard case .object(let members) = EventObject(event).json else { continue }
                        guard await outbound.send(JSONValue.object([.init("type", "event")] + members).bytes) else { return }
                    }
                    if next.isLast { break }
                }
            } catch {
                refuse("events could not be read: \(HubError(error))")
            }
        }
    }

    /// Events of the projects that the person may see at this moment.
    private func batch(after cursor: Int64?) async throws -> (events: [Event], cursor: Int64, isLast: Bool) {
        let id = person.id
        return try await hub.database.read { connection in
            let table = EventTable(connection)
            guard let cursor else { return ([], try table.lastSequence(), true) }
            let events = try table.after(cursor, limit: Self.eventBatch)
            let visible = try Self.visibleProjects(of: id, connection)
            return (events.filter { visible.contains($0.project) }, events.last?.sequence ?? cursor, events.count < Self.eventBatch)
        }
    }

    private static func visibleProjects(of person: Person.ID, _ connection: any SQLConnection) throws -> Set<Project.ID> {
        let people = PersonTable(connection)
        guard let person = try people.find(person) else { return [] }
        return try Set(
            ProjectTable(connection).all().map(\.id).filter { try person.isAdministrator || people.role(of: person.id, in: $0) != nil })
    }
}
