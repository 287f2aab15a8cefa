/// That a terminal's screen is not as it was. Only the latest word counts: whoever is slow misses nothing by missing some.
package enum ScreenChange: Hashable, Sendable {
    case changed
    /// Nothing will change any more.
    case ended
}
