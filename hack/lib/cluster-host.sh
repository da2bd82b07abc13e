# shellcheck shell=bash
# A throw-away systemd host whose node joins a real control plane in the host's own network. Sourced by `hack/demo --cluster` and
# `bench/edit/run`, after images/lib.sh. Expects $name (of the host) and $suite.

export UNBOUNDED_KUBE=${UNBOUNDED_STATE:-/var/tmp/unbounded-agent}/kube-$name

sh_on() { hack/host exec "$name" sh -euc "$1"; }
agent() { hack/host exec "$name" /artifacts/unbounded-agent "$@"; }
# In the host's own network: the cluster is on its loopback.
inside() { nsenter --net="/proc/$(docker inspect -f '{{.State.Pid}}' "unbounded-host-$name")/ns/net" "$@"; }
kubectl() { inside hack/kube kubectl "$@"; }
machine() { kubectl get machines.unbounded-cloud.io edge-1 -o "jsonpath={$1}" 2>/dev/null; }
node() { kubectl get node node-1 -o "jsonpath={$1}"; }
patch() { kubectl patch machines.unbounded-cloud.io edge-1 --type=merge -p "$1"; }
until_true() { # until_true WHAT COMMAND...
  local what=$1 try
  shift
  for try in $(seq 600); do
    if "$@" >/dev/null; then return; fi
    sleep 0.2
  done
  printf '   FAIL  %s: not in time\n' "$what"
  exit 1
}
# ended RESULT STARTED-BEFORE: whether a transition that began later has ended so.
ended() { [ "$(machine .status.lastTransition.startedAt)" != "$2" ] && [ "$(machine .status.lastTransition.result)" = "$1" ]; }
asks() { key=$(sh_on "grep -o 'SHA256:[0-9a-f]*' /var/lib/unbounded/agent/machine-status.yaml | head -n 1") && [ -n "$key" ]; }

# What is built once.
cluster_needs() {
  need jq jq
  need docker docker.io
  hack/engine up >/dev/null
  eval "$(hack/engine env)"
  images/test-host/build "$suite"
  images/node/build
  images/node/variants
  [ -x artifacts/unbounded-agent ] && [ "${REBUILD:-1}" = 0 ] || hack/publish
}

# The host, and the control plane: etcd, kube-apiserver, kube-controller-manager.
cluster_up() {
  hack/host up "$name" "$suite"
  inside hack/kube up
  kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Secret
metadata: {name: bootstrap-token-abcdef, namespace: kube-system}
type: bootstrap.kubernetes.io/token
stringData: {token-id: abcdef, token-secret: 0123456789abcdef, usage-bootstrap-authentication: "true", auth-extra-groups: "system:bootstrappers:nodes"}
YAML
  kubectl create clusterrolebinding demo-bootstrap --clusterrole=system:node-bootstrapper --group=system:bootstrappers:nodes
  kubectl create clusterrolebinding demo-approve --clusterrole=system:certificates.k8s.io:certificatesigningrequests:nodeclient --group=system:bootstrappers:nodes
}

# The Machine kind, and the rights of one machine's daemon.
cluster_rights() {
  artifacts/unbounded-agent manifests | kubectl apply -f -
  artifacts/unbounded-agent manifests --machine edge-1 --node node-1 | kubectl apply -f -
}

# The node joins by the bootstrap token.
cluster_install() {
  server=$(sed -n 's/.*server: "\([^"]*\)".*/\1/p' "$UNBOUNDED_KUBE/kubeconfig")
  authority=$(base64 -w0 <"$UNBOUNDED_KUBE/pki/ca.crt")
  sh_on "mkdir -p /run/demo /srv/cni
cat >/run/demo/config.json <<'JSON'
{
  \"MachineName\": \"edge-1\",
  \"NodeName\": \"node-1\",
  \"Cluster\": { \"Version\": \"1.20.2\", \"CaCertBase64\": \"$authority\" },
  \"Kubelet\": {
    \"ApiServer\": \"$server\",
    \"Auth\": { \"BootstrapToken\": \"abcdef.0123456789abcdef\" },
    \"Configuration\": { \"cgroupDriver\": \"cgroupfs\", \"cgroupsPerQOS\": false, \"enforceNodeAllocatable\": [], \"failSwapOn\": false }
  },
  \"AdditionalHostMounts\": [{ \"Source\": \"/srv/cni\", \"Target\": \"/etc/cni/net.d\", \"ReadOnly\": true }],
  \"OCIImage\": \"oci-layout:///node/variants:v1\"
}
JSON
cat >/srv/cni/10-demo.conflist <<'JSON'
{ \"cniVersion\": \"0.4.0\", \"name\": \"demo\", \"plugins\": [{ \"type\": \"loopback\" }] }
JSON"
  agent install --config /run/demo/config.json
}

# The daemon gets its own certificate, by the key that the machine itself shows; then the token goes.
cluster_approve() {
  until_true "the daemon's request" asks
  inside artifacts/unbounded-agent approve --kubeconfig "$UNBOUNDED_KUBE/kubeconfig"
  inside artifacts/unbounded-agent approve edge-1 --key "$key" --kubeconfig "$UNBOUNDED_KUBE/kubeconfig"
  until_true "the Machine, registered by the daemon" machine .metadata.uid
  kubectl wait --for=condition=Ready machines.unbounded-cloud.io/edge-1 --timeout=120s
  kubectl wait --for=condition=Ready node/node-1 --timeout=120s
  kubectl delete secret -n kube-system bootstrap-token-abcdef
}

cluster_down() {
  hack/kube down || true
  hack/host down "$name"
}
