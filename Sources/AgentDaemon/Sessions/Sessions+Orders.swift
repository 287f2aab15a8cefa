import Foundation
import HubCore
import WireProtocol

extension Sessions {
    func order(_ order: TerminalSession.Order, for id: String) async {
        guard let entry = entries[id] else { return await order.refuse() }
        switch entry.session?.add(order) ?? .over {
        case .taken: break
        case .full: parts.log.warning("input was dropped: the terminal takes none", metadata: ["session": "\(id)"])
        case .over:
            // It waits for the next view; where there will be none it is refused with the session's end.
            guard entry.early.count < 1000 else { return await order.refuse() }
            entries[id]?.early.append(order)
        }
    }

    func close(_ id: String) {
        guard let entry = entries[id] else { return }
        guard let session = entry.session else {
            entries[id]?.isUnwanted = true
            return
        }
        session.markEnding()
        Task { await session.close() }
    }

    func kill(_ id: String) {
        guard let session = entries[id]?.session else { return close(id) }
        session.markEnding()
        Task { await session.kill() }
    }

    func replay(_ id: String, from offset: Int64) { entries[id]?.feed.replay(from: offset) }

    func grant(_ id: String, until offset: Int64) { entries[id]?.feed.grant(until: offset) }

    /// Types a push, now or when the terminal is quiet.
    ///
    /// - Parameter done: hears whether it took effect. A session that is not there takes none.
    func push(_ push: TaskPush, done: @escaping @Sendable (Bool) async -> Void) async {
        let text = PushText(push)
        guard let entry = entries[push.session] else { return await done(false) }
        if text.waitsForQuiet, let session = entry.session, session.addNote(text, quiet: parts.times.quiet, done: done) { return }
        await order(.type(text, done: done), for: push.session)
    }

    func captureScrollback(_ id: String) async {
        guard let session = entries[id]?.session else { return }
        var lines: [String]?
        if case .tmux(let tmux, let name, _, _) = session.terminal.backing { lines = await tmux.lines(of: name, history: nil) }
        let text = lines ?? PlainText.lines(session.feed.tail(.max >> 1), last: 20_000)
        parts.outgoing.send(.scrollbackCaptured(session: id, lines: text, error: nil))
    }
}
