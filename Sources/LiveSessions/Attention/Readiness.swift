import HubCore

extension LiveSessions {
    /// Returns when the terminal has shown something and has then been quiet for a while, or when the time is up.
    package func waitUntilQuiet(_ session: Session.ID, for quiet: Duration, atMost limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        while !Task.isCancelled, ContinuousClock.now < deadline, let live = live(session), await live.isOpen {
            let version = await live.glance().version
            await live.waitForChange(since: version, until: min(deadline, .now + quiet))
            if version > 0, await live.glance().version == version { return }
        }
    }

    /// Returns when the program shows that it can be told something, or is quiet and shows nothing that its profile knows, or when the
    /// time is up. While it waits for a person it goes on waiting: what is typed would be taken for the answer.
    package func waitUntilReady(_ session: Session.ID, _ profile: LaunchProfile, atMost limit: Duration) async {
        var deadline = ContinuousClock.now + limit
        while !Task.isCancelled, ContinuousClock.now < deadline, let live = live(session), await live.isOpen {
            let glance = await live.glance()
            if profile.isReady(glance.image) { return }
            await live.waitForChange(since: glance.version, until: .now + Self.readyQuiet)
            guard glance.version > 0, await live.glance().version == glance.version else { continue }
            switch Attention.seen(on: glance.image, profile: profile, quiet: Self.readyQuiet, hasStarted: false) {
            case .permission, .usageLimit, .unknown: deadline = .now + limit
            case .input, .exited, nil: return
            case .busy: break
            }
        }
    }

    /// Whether the screen shows what only the profile's program does.
    package func shows(_ profile: LaunchProfile, in session: Session.ID) async -> Bool {
        guard let image = await live(session)?.glance().image else { return false }
        if profile.isReady(image) { return true }
        return switch Attention.seen(on: image, profile: profile, quiet: .seconds(60)) {
        case .permission, .usageLimit, .busy: true
        case .input, .unknown, .exited, nil: false
        }
    }

    /// A program whose screen nobody can read is taken for ready when it has been quiet for so long.
    private static let readyQuiet: Duration = .seconds(3)
}
