/// How long typing waits for what the screen shows of it.
package struct TypingTimes: Sendable {
    /// For text or a key to appear; a program that shows nothing (a password) costs this.
    package var appear: Duration
    /// The screen has settled when it has not changed for so long.
    package var settle: Duration
    /// A screen that never settles is taken as it is after so long.
    package var settleLimit: Duration
    /// For an Enter to be taken, before it is pressed again.
    package var submit: Duration

    package init(
        appear: Duration = .seconds(1), settle: Duration = .milliseconds(80), settleLimit: Duration = .milliseconds(800),
        submit: Duration = .milliseconds(1500)
    ) {
        (self.appear, self.settle, self.settleLimit, self.submit) = (appear, settle, settleLimit, submit)
    }
}
