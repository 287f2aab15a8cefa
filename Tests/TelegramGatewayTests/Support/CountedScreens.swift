import HubCore
import TelegramGateway
import Terminal

import class HubCore.Locked

/// Screens, and how often one was looked at. Tails are drawn once the latch is open.
struct CountedScreens: LiveScreens {
    let screens: any LiveScreens
    let count: Locked<Int>
    let latch: Latch

    func screen(of session: Session.ID) async -> ScreenImage? {
        defer { count.withLock { $0 += 1 } }
        return await screens.screen(of: session)
    }

    func scrollback(of session: Session.ID, last count: Int) async -> [String] { await screens.scrollback(of: session, last: count) }

    func redraws(of session: Session.ID) async -> AsyncStream<Void> {
        await latch.wait()
        return await screens.redraws(of: session)
    }
}
