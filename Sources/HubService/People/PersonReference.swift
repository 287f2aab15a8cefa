import HubCore

extension Sequence<Person> {
    /// Whom people mean by `text`: who has that id, else all who are called so, in any case, by their name or by the user name behind it as
    /// `Ada (@ada)` has it, else those whose id begins so.
    package func named(_ text: String) -> [Person] {
        // Chats show names with word joiners, so that nothing in them can be tapped; they come back where a name was copied.
        let wanted = text.lowercased().replacing("\u{2060}", with: "")
        if let exact = first(where: { $0.id.text == wanted }) { return [exact] }
        let user = wanted.hasPrefix("@") ? wanted : "@\(wanted)"
        let called = filter { person in
            let name = person.name.lowercased()
            return name == wanted || name.hasSuffix(" (\(user))") || name.hasPrefix("\(wanted) (@")
        }
        // So few characters of an id's beginning are enough.
        guard called.isEmpty, wanted.count >= 4 else { return called }
        return filter { $0.id.text.hasPrefix(wanted) }
    }
}

extension Sequence<ListMembers.Member> {
    /// Whom people mean by `text`, as ``Swift/Sequence/named(_:)`` of people has it.
    package func named(_ text: String) -> [ListMembers.Member] {
        let meant = Set(map(\.person).named(text).map(\.id))
        return filter { meant.contains($0.person.id) }
    }
}
