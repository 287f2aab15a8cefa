enum AgentDaemonPlace {}
