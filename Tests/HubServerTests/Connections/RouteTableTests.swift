import Testing

@testable import HubServer

@Suite struct RouteTableTests {
    private let table = RouteTable(Routes.all)

    @Test("a fixed part goes before an open one")
    func fixedFirst() throws {
        #expect(table.find("/api/v1/server/tasks/check")?.parameters == [])
        #expect(table.find("/api/v1/server/tasks/abc")?.parameters == ["abc"])
        #expect(table.find("/api/v1/server/tasks/check/notes")?.parameters == ["check"])
        #expect(table.find("/api/v1/tasks/a%20b/dependencies/%232")?.parameters == ["a b", "#2"])
    }

    @Test(
        "knows no address with an empty part or a slash at the end",
        arguments: ["", "x", "/api/v1/tasks/", "//", "/api//v1/tasks", "/api/v1"])
    func unknown(_ path: String) {
        #expect(table.find(path) == nil)
    }

    @Test("no route stands twice")
    func unique() {
        let names = Routes.all.map { "\($0.method) \($0.path)" }
        #expect(Set(names).count == names.count)
    }
}
