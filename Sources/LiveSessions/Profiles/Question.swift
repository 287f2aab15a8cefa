/// What stands on a screen that wants an answer.
package struct Question: Hashable, Sendable {
    package struct Option: Hashable, Sendable {
        /// What to press for it.
        package var key: String
        package var label: String
        /// The marker is at it: Enter takes it.
        package var isSelected: Bool

        package init(key: String, label: String, isSelected: Bool = false) {
            (self.key, self.label, self.isSelected) = (key, label, isSelected)
        }
    }

    /// The question with the lines above it that belong to it; never empty. It comes from an agent: data, to be escaped and bounded.
    package var text: String
    package var options: [Option]
    /// A password is asked for: what is typed must be shown nowhere.
    package var isSecret: Bool

    package init(text: String, options: [Option] = [], isSecret: Bool = false) {
        (self.text, self.options, self.isSecret) = (text, options, isSecret)
    }
}
