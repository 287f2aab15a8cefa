import Testing

@testable import AgentDaemon

@Suite struct LoginAccountTests {
    @Test(
        "an account whose shell starts nothing has a usable one: the agent of a service's account runs, too",
        arguments: [
            ("/usr/sbin/nologin", "/bin/sh"), ("/bin/false", "/bin/sh"), ("/nowhere/zsh", "/bin/sh"), ("", "/bin/sh"),
            ("/bin/bash", "/bin/bash"),
        ])
    func shell(stored: String, used: String) {
        #expect(LoginAccount(name: "ada", home: "/", shell: stored).shell == used)
    }
}
