# The stack's Vault. Words in double braces are filled in when it starts.

storage "raft" {
  path    = "{{storageDirectory}}"
  node_id = "local"
  # As quick as raft gets; there is one node only.
  performance_multiplier = 1
}

# An SVID; read again on SIGHUP. Client certificates are asked for here and checked by the auth method `cert`.
listener "tcp" {
  address         = "{{address}}"
  cluster_address = "{{clusterAddress}}"
  tls_cert_file   = "{{certificateFile}}"
  tls_key_file    = "{{keyFile}}"
  tls_min_version = "tls13"
}

api_addr     = "https://{{address}}"
cluster_addr = "https://{{clusterAddress}}"

# Raft keeps its file in mapped memory, which must not be locked.
disable_mlock = true
ui            = false

plugin_directory = "{{pluginDirectory}}"
# Without it each start of a plugin leaves a folder behind.
plugin_tmpdir = "{{temporaryDirectory}}"

log_level = "info"
