/// How long a session waits for what; tests are less patient.
struct SessionTimes: Sendable {
    /// Between an Escape and what follows it.
    var afterEscape: Duration = .seconds(2)
    /// Without output, before a typed text is submitted.
    var settle: Duration = .milliseconds(150)
    /// At most, for that.
    var settleLimit: Duration = .seconds(2)
    /// For something to appear after Enter.
    var answer: Duration = .milliseconds(1500)
    /// Without output, before a note is typed.
    var quiet: Duration = .seconds(5)
    /// Between two looks at that.
    var look: Duration = .seconds(2)
    /// Without output, before an agent gets its prompt; and at most from the start.
    var promptQuiet: Duration = .seconds(1)
    var promptLimit: Duration = .seconds(30)
    /// Between two screens for a hub that keeps none itself.
    var screen: Duration = .seconds(5)
    /// For output to get away before a session is reported as closed.
    var drain: Duration = .seconds(5)
    /// Before a view of a terminal is made again that was lost twice in a row; each time twice as long, at most the limit. After a
    /// view that lasted, they count from the beginning.
    var attachPause: Duration = .milliseconds(50)
    var attachPauseLimit: Duration = .seconds(10)
    var lasting: Duration = .seconds(30)
    /// Between two questions to a tmux that did not answer at the start.
    var tmuxLook: Duration = .seconds(30)
}
