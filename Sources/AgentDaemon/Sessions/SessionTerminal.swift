import Foundation

/// The terminal of a session: one of ours, or our view of one that tmux holds.
final class SessionTerminal: Sendable {
    enum Backing: Sendable {
        case plain
        case tmux(TmuxServer, name: String, pane: Int32, watch: ProcessWatch?)
    }

    /// What is read and typed into: with tmux its client.
    let view: PseudoTerminal
    let backing: Backing
    private let census: ProcessCensus

    private init(view: PseudoTerminal, backing: Backing, census: ProcessCensus) {
        (self.view, self.backing, self.census) = (view, backing, census)
    }

    /// Leader of what runs in the session.
    var processID: Int32 {
        if case .tmux(_, _, let pane, _) = backing { pane } else { view.processID }
    }

    var tmuxName: String {
        if case .tmux(_, let name, _, _) = backing { name } else { "" }
    }

    static func plain(_ launch: PseudoTerminal.Launch, tag: String, census: ProcessCensus) async throws -> SessionTerminal {
        SessionTerminal(view: try await PseudoTerminal.start(launch, tag: tag, census: census), backing: .plain, census: census)
    }

    static func new(
        _ launch: PseudoTerminal.Launch, in tmux: TmuxServer, name: String, tag: String, census: ProcessCensus
    ) async throws -> SessionTerminal {
        // tmux itself would put up with a directory or program that is not there.
        let pane = try await tmux.newSession(name, launch)
        do {
            return try await attached(to: pane, of: name, in: tmux, size: launch.size, tag: tag, census: census)
        } catch {
            await tmux.kill(name)
            throw error
        }
    }

    static func attached(
        to pane: Int32, of name: String, in tmux: TmuxServer, size: WindowSize, tag: String, census: ProcessCensus
    ) async throws -> SessionTerminal {
        let watch: ProcessWatch?
        do {
            watch = try ProcessWatch(pane)
        } catch TerminalFailure.system(_, code: ESRCH) {
            // A program that has ended already has no process to watch.
            watch = nil
        }
        if watch != nil { await census.watch(pane, tag: tag) }
        let view = try await PseudoTerminal.start(tmux.attachment(to: name, size: size), census: census)
        return SessionTerminal(view: view, backing: .tmux(tmux, name: name, pane: pane, watch: watch), census: census)
    }

    func signal(_ number: Int32) async { await census.signal(processID, number) }

    /// Hangs up; what does not end within `grace` is killed. The program has then ended.
    func hangUp(grace: Duration) async { await census.end(processID, grace: grace) }

    /// Everything that belongs to the session is gone afterwards.
    ///
    /// - Returns: how its program ended; `nil` where nobody knows.
    func finish(grace: Duration) async -> ExitStatus? {
        switch backing {
        case .plain: return await view.finish(grace: grace)
        case .tmux(let tmux, let name, let pane, _):
            await census.end(pane, grace: grace)
            let status = await deadStatus(tmux, name)
            await tmux.kill(name)
            _ = await view.finish(grace: .milliseconds(500))
            return status
        }
    }

    /// Leaves the session to tmux, for the next daemon.
    func detach() async {
        if case .tmux(_, _, let pane, _) = backing { await census.forget(pane) }
        _ = await view.finish(grace: .milliseconds(200))
        await view.close()
    }

    /// tmux learns of the end of its child a moment after we do, and of how it ended a moment after that.
    private func deadStatus(_ tmux: TmuxServer, _ name: String) async -> ExitStatus? {
        let limit = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < limit {
            do {
                guard let pane = try await tmux.pane(of: name) else { return nil }
                if pane.isDead, let status = pane.status { return status }
                // Now and then tmux misses the signal about its child. The end of another makes it look at all of them.
                if pane.isDead { _ = try? await tmux.run(["run-shell", "true"]) }
            } catch {
                // It is asked again until the limit.
            }
            try? await Task.sleep(for: .milliseconds(25))
        }
        return nil
    }
}
