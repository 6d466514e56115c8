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
{{ empty .Values.nats.tls.existingSecret | ternary "nats" "tls" }}://{{ include "proofmill.name" . }}-nats:4222
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
{{- if and (include "proofmill.hasIdentity" .) .Values.store.existingSecret }}{{ fail "store.existingSecret is one way to the object store, store.serviceAccountAnnotations and store.podIdentity are others. Give one." }}{{ end -}}
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
