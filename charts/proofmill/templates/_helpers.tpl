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
{{- if gt (int .Values.nats.replicas) 1 }}{{ fail "nats.replicas is for a cluster of your own, and nats.enabled creates a single server. Set nats.enabled to false and name yours in nats.url, or leave nats.replicas out." }}{{ end -}}
nats://{{ include "proofmill.name" . }}-nats:4222
{{- else -}}
{{ required "nats.enabled is false, so nats.url must name a server of yours: nats://HOST:4222." .Values.nats.url }}
{{- end }}
{{- end }}

{{- /* Name of the Secret with the passwords; empty where the server has no users. */ -}}
{{- define "proofmill.natsSecret" -}}
{{- if .Values.nats.existingSecret }}{{ .Values.nats.existingSecret }}{{ else if .Values.nats.enabled }}{{ include "proofmill.name" . }}-nats{{ end }}
{{- end }}

{{- define "proofmill.driverAccount" -}}
{{ include "proofmill.name" . }}-driver
{{- end }}

{{- define "proofmill.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
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

{{- /* cluster.yaml: the settings that the drivers and the operator read. */ -}}
{{- define "proofmill.settings" -}}
{{- if and .Values.store.serviceAccountAnnotations .Values.store.existingSecret }}{{ fail "store.existingSecret and store.serviceAccountAnnotations are two ways to the object store. Give one." }}{{ end -}}
image: {{ include "proofmill.ownImage" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
imagePullSecrets: {{ toJson .Values.image.pullSecrets }}
nats:
  url: {{ include "proofmill.natsUrl" . | quote }}
  {{- if gt (int .Values.nats.replicas) 1 }}
  replicas: {{ .Values.nats.replicas }}
  {{- end }}
  {{- with include "proofmill.natsSecret" . }}
  secret: {{ . | quote }}
  {{- end }}
store:
  env: {{ toJson .Values.store.env }}
  {{- with .Values.store.existingSecret }}
  secret: {{ . | quote }}
  {{- end }}
  {{- if .Values.store.serviceAccountAnnotations }}
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
driver:
  serviceAccount: {{ include "proofmill.driverAccount" . }}
  resources: {{ include "proofmill.amounts" .Values.driver.resources }}
worker:
  {{- with .Values.worker.env }}
  env: {{ toJson . }}
  {{- end }}
  resources: {{ include "proofmill.amounts" .Values.worker.resources }}
collector:
  resources: {{ include "proofmill.amounts" .Values.collector.resources }}
{{- with .Values.engine.fetcherImage }}
fetcher:
  image: {{ . | quote }}
{{- end }}
{{- end }}
