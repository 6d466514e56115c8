{{- /* The prefix of all names: the name of the release. */ -}}
{{- define "proofmill.name" -}}
{{- contains "proofmill" .Release.Name | ternary .Release.Name (printf "%s-proofmill" .Release.Name) | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- /* The labels that select a component of this installation. */ -}}
{{- define "proofmill.selector" -}}
app.kubernetes.io/name: proofmill
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "proofmill.labels" -}}
{{ include "proofmill.selector" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- /* Labels and annotations of what a cluster has once. `roles` are those of Kubernetes that a ClusterRole is added to. */ -}}
{{- define "proofmill.ofCluster" -}}
labels:
  {{- include "proofmill.labels" . | nindent 2 }}
  {{- range .roles }}
  rbac.authorization.k8s.io/aggregate-to-{{ . }}: "true"
  {{- end }}
{{- if .root.Values.crds.keep }}
annotations:
  helm.sh/resource-policy: keep
  # The same for Argo CD, which prunes what Helm would keep.
  argocd.argoproj.io/sync-options: Prune=false
{{- end }}
{{- end }}

{{- /* Fails where another release has the definition. One that no release has is left to Helm, whose flag --take-ownership a template cannot see. */ -}}
{{- define "proofmill.checkDefinition" -}}
{{- $annotations := dig "metadata" "annotations" dict (lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" "scoringjobs.proofmill.dev") }}
{{- $owner := dict "name" (get $annotations "meta.helm.sh/release-name") "namespace" (get $annotations "meta.helm.sh/release-namespace") }}
{{- if and $owner.name (ne (toJson $owner) (dict "name" .Release.Name "namespace" .Release.Namespace | toJson)) }}
{{- $handOver := printf "kubectl annotate --overwrite crd/scoringjobs.proofmill.dev clusterrole/proofmill-view clusterrole/proofmill-edit meta.helm.sh/release-name=%s meta.helm.sh/release-namespace=%s" .Release.Name .Release.Namespace }}
{{- fail (printf "The definition of ScoringJobs belongs to the release %s in the namespace %s, and a cluster has one. Set crds.enabled to false: this release then uses it as it is. Or, if that release is gone or is to give it up, hand it to this one first: %s" $owner.name $owner.namespace $handOver) }}
{{- end }}
{{- end }}

{{- /* The namespaces that jobs may run in, as a JSON list: that of the release, and those that the operator watches. */ -}}
{{- define "proofmill.namespaces" -}}
{{- $watched := .Values.operator.watchNamespaces }}
{{- if and (has "*" $watched) (gt (len $watched) 1) }}{{ fail "operator.watchNamespaces has \"*\", which is every namespace, and others. Give \"*\" alone, or leave it out." }}{{ end -}}
{{- prepend (without $watched "*") .Release.Namespace | uniq | toJson }}
{{- end }}

{{- /* The namespace of an object, where it is not that of the release. */ -}}
{{- define "proofmill.place" -}}
{{- if ne .namespace .root.Release.Namespace }}
  namespace: {{ .namespace }}
{{- end }}
{{- end }}

{{- /* Whether jobs of other namespaces use this installation. */ -}}
{{- define "proofmill.isShared" -}}
{{- $watched := .Values.operator.watchNamespaces }}
{{- if or (has "*" $watched) (without $watched .Release.Namespace) }}true{{ end }}
{{- end }}

{{- /* The labels of a PodMonitor, with those by which Prometheus selects it. */ -}}
{{- define "proofmill.monitorLabels" -}}
{{ include "proofmill.labels" . }}
{{- with .root.Values.podMonitor.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* How the status of our own pods is scraped. The boards and the alerts select by these labels. */ -}}
{{- define "proofmill.statusEndpoint" -}}
- port: status
  interval: {{ .Values.podMonitor.interval }}
  relabelings:
    - { sourceLabels: [__meta_kubernetes_pod_label_app_kubernetes_io_component], targetLabel: role }
    - { sourceLabels: [__meta_kubernetes_pod_label_proofmill_dev_job], targetLabel: scoring_job }
    - { sourceLabels: [__meta_kubernetes_pod_label_proofmill_dev_stage], targetLabel: stage }
{{- end }}

{{- define "proofmill.image" -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag }}{{ end }}
{{- end }}

{{- define "proofmill.ownImage" -}}
{{- include "proofmill.image" (dict "repository" .Values.image.repository "digest" .Values.image.digest "tag" (default .Chart.AppVersion .Values.image.tag)) }}
{{- end }}

{{- define "proofmill.natsUrl" -}}
{{- if .Values.nats.enabled -}}
{{- if .Values.nats.url }}{{ fail "nats.url names a server of your own, and nats.enabled creates one. Set nats.enabled to false, or leave nats.url out." }}{{ end -}}
{{- if has (int .Values.nats.replicas) (list 2 4) }}{{ fail (printf "nats.replicas is %d, and the servers of the chart decide by majority: an even number survives no more losses than one less. Set 1, 3 or 5." (int .Values.nats.replicas)) }}{{ end -}}
{{- if or .Values.nats.userPrefix .Values.nats.existingCredentials }}{{ fail "nats.userPrefix and nats.existingCredentials are for a server of your own: the chart's server has users of its own, with passwords. Set nats.enabled to false and name yours in nats.url, or leave them out." }}{{ end -}}
{{ empty .Values.nats.tls.existingSecret | ternary "nats" "tls" }}://{{ include "proofmill.name" . }}-nats{{ if include "proofmill.isShared" . }}.{{ .Release.Namespace }}.svc{{ end }}:4222
{{- else -}}
{{ required "nats.enabled is false, so nats.url must name a server of yours: nats://HOST:4222." .Values.nats.url }}
{{- end }}
{{- end }}

{{- /* Name of the Secret with the passwords; empty where the server has no users. */ -}}
{{- define "proofmill.natsSecret" -}}
{{- if .Values.nats.existingSecret }}{{ .Values.nats.existingSecret }}{{ else if .Values.nats.enabled }}{{ include "proofmill.name" . }}-nats{{ end }}
{{- end }}

{{- /* Whether the NATS of the chart is several servers. */ -}}
{{- define "proofmill.natsIsClustered" -}}
{{- if and .Values.nats.enabled (gt (int .Values.nats.replicas) 1) }}true{{ end }}
{{- end }}

{{- /* What the Secret with the passwords holds. */ -}}
{{- define "proofmill.natsKeys" -}}
coordinator worker collector signing{{ if include "proofmill.natsIsClustered" . }} routes{{ end }}
{{- end }}

{{- /* Whether collectors are known to the cloud by a ServiceAccount of their own. */ -}}
{{- define "proofmill.hasIdentity" -}}
{{- if or .Values.store.serviceAccountAnnotations .Values.store.podIdentity }}true{{ end }}
{{- end }}

{{- define "proofmill.driverAccount" -}}
{{ include "proofmill.name" . }}-driver
{{- end }}

{{- define "proofmill.podSecurity" -}}
runAsNonRoot: true
{{- if .Values.pods.fixedUser }}
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "proofmill.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- /* Resources with every amount as a string: `cpu: 1` is a number in YAML. */ -}}
{{- define "proofmill.amounts" -}}
{{- $resources := dict }}
{{- range $kind, $amounts := . }}
{{- $texts := dict }}
{{- range $name, $amount := $amounts }}{{ $_ := set $texts $name (toString $amount) }}{{ end }}
{{- $_ := set $resources $kind $texts }}
{{- end }}
{{- toJson $resources }}
{{- end }}

{{- /* A quantity as a number: CPUs or bytes. */ -}}
{{- define "proofmill.amount" -}}
{{- $scales := dict "n" 1e-9 "u" 1e-6 "m" 1e-3 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18 }}
{{- $scales = merge $scales (dict "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606846976.0) }}
{{- $text := toString . }}
{{- mulf (float64 (regexFind "^[0-9.]+" $text)) (get $scales (regexFind "[A-Za-z]*$" $text) | default 1.0) }}
{{- end }}

{{- /* Fails where a container requests more than it may use: the API server would refuse its pod. Takes the path of the value and the resources. */ -}}
{{- define "proofmill.checkResources" -}}
{{- $path := .path }}
{{- $limits := default dict .resources.limits }}
{{- range $name, $request := .resources.requests }}
{{- $limit := get $limits $name | toString }}
{{- if and $limit (gt (float64 (include "proofmill.amount" $request)) (float64 (include "proofmill.amount" $limit))) }}
{{- fail (printf "%s.requests.%s is %v, which is more than %s.limits.%s (%s). Raise the limit with it." $path $name $request $path $name $limit) }}
{{- end }}
{{- end }}
{{- end }}

{{- /* What the schema of the values cannot say. */ -}}
{{- define "proofmill.checkValues" -}}
{{- $resources := dict "operator.resources" .Values.operator.resources "nats.resources" .Values.nats.resources }}
{{- $resources = merge $resources (dict "podMonitor.exporterResources" .Values.podMonitor.exporterResources "engine.resources" .Values.engine.resources) }}
{{- $resources = merge $resources (dict "engine.fetcherResources" .Values.engine.fetcherResources "simulator.resources" .Values.simulator.resources) }}
{{- $resources = merge $resources (dict "driver.resources" .Values.driver.resources "worker.resources" .Values.worker.resources "collector.resources" .Values.collector.resources) }}
{{- range $path, $amounts := $resources }}
{{- include "proofmill.checkResources" (dict "path" $path "resources" $amounts) }}
{{- end }}
{{- if gt (float64 (include "proofmill.amount" .Values.nats.storage)) (float64 (include "proofmill.amount" .Values.nats.volume.size)) }}
{{- fail (printf "nats.storage is %s, and nats.volume.size only %s: JetStream would fill the volume and stop. Make the volume somewhat larger than nats.storage." .Values.nats.storage .Values.nats.volume.size) }}
{{- end }}
{{- end }}

{{- /* The ports of the servers of NATS, each once: a JSON list. */ -}}
{{- define "proofmill.natsPorts" -}}
{{- $ports := list }}
{{- range splitList "," (.Values.nats.enabled | ternary "nats://nats:4222" .Values.nats.url) }}
{{- $ports = append $ports (regexFind ":[0-9]+$" . | trimPrefix ":" | default "4222" | int) }}
{{- end }}
{{- toJson (uniq $ports) }}
{{- end }}

{{- /* cluster.yaml: the settings that the drivers and the operator read. */ -}}
{{- define "proofmill.settings" -}}
{{- include "proofmill.checkValues" . }}
{{- if and (include "proofmill.hasIdentity" .) .Values.store.existingSecret }}{{ fail "store.existingSecret is one way to the object store, store.serviceAccountAnnotations and store.podIdentity are others. Give one." }}{{ end -}}
image: {{ include "proofmill.ownImage" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
imagePullSecrets: {{ toJson .Values.image.pullSecrets }}
pods:
  fixedUser: {{ .Values.pods.fixedUser }}
  {{- with .Values.pods.labels }}
  labels: {{ toJson . }}
  {{- end }}
  {{- with .Values.pods.annotations }}
  annotations: {{ toJson . }}
  {{- end }}
  env: {{ toJson .Values.pods.env }}
  {{- if .Values.pods.authorities.configMap }}
  authorities:
    configMap: {{ .Values.pods.authorities.configMap | quote }}
    key: {{ .Values.pods.authorities.key | quote }}
  {{- end }}
nats:
  url: {{ include "proofmill.natsUrl" . | quote }}
  {{- if gt (int .Values.nats.replicas) 1 }}
  replicas: {{ .Values.nats.replicas }}
  {{- end }}
  {{- with include "proofmill.natsSecret" . }}
  secret: {{ . | quote }}
  {{- end }}
  {{- with .Values.nats.userPrefix }}
  userPrefix: {{ . | quote }}
  {{- end }}
  {{- with .Values.nats.existingCredentials }}
  credentialsSecret: {{ . | quote }}
  {{- end }}
  {{- with .Values.nats.tls.existingSecret }}
  caSecret: {{ . | quote }}
  {{- end }}
store:
  env: {{ toJson .Values.store.env }}
  {{- with .Values.store.existingSecret }}
  secret: {{ . | quote }}
  {{- end }}
  {{- if include "proofmill.hasIdentity" . }}
  serviceAccount: {{ include "proofmill.name" . }}-collector
  {{- end }}
  {{- if .Values.store.volume.claim }}
  volume:
    claim: {{ .Values.store.volume.claim | quote }}
    path: {{ .Values.store.volume.path | quote }}
  {{- end }}
engine:
  {{- with .Values.engine.image }}
  image: {{ . | quote }}
  {{- end }}
  command: {{ toJson .Values.engine.command }}
  probePython: {{ .Values.engine.probePython | quote }}
  startSeconds: {{ .Values.engine.startSeconds }}
  gpuResource: {{ .Values.engine.gpuResource | quote }}
  nodePaths: {{ toJson .Values.engine.nodePaths }}
  resources: {{ include "proofmill.amounts" .Values.engine.resources }}
driver:
  serviceAccount: {{ include "proofmill.driverAccount" . }}
  resources: {{ include "proofmill.amounts" .Values.driver.resources }}
  pod: {{ toJson .Values.driver.pod }}
worker:
  {{- with .Values.worker.env }}
  env: {{ toJson . }}
  {{- end }}
  resources: {{ include "proofmill.amounts" .Values.worker.resources }}
  pod: {{ toJson .Values.worker.pod }}
collector:
  resources: {{ include "proofmill.amounts" .Values.collector.resources }}
  pod: {{ toJson .Values.collector.pod }}
simulator:
  resources: {{ include "proofmill.amounts" .Values.simulator.resources }}
fetcher:
  {{- with .Values.engine.fetcherImage }}
  image: {{ . | quote }}
  {{- end }}
  size: {{ .Values.engine.fetcherSize | quote }}
  resources: {{ include "proofmill.amounts" .Values.engine.fetcherResources }}
{{- end }}
