{{/* The name of all objects. */}}
{{- define "platus.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The labels by which the pod is found. They never change. */}}
{{- define "platus.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* The labels of all objects. */}}
{{- define "platus.labels" -}}
{{ include "platus.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* The Secret with users.yaml. */}}
{{- define "platus.usersSecret" -}}
{{- default (printf "%s-users" (include "platus.fullname" .)) .Values.existingUsersSecret -}}
{{- end -}}

{{/* config.yaml: where everything is in the pod, then the keys of the values. */}}
{{- define "platus.config" -}}
listen: 0.0.0.0:5001
services: /etc/platus/services/services.yaml
users: /etc/platus/users/users.yaml
{{ .Values.config }}
{{- end -}}

{{/* A probe. It needs no login. */}}
{{- define "platus.probe" -}}
httpGet:
  path: /api/v1.0/health
  port: http
  scheme: {{ .Values.probeScheme }}
timeoutSeconds: 5
{{- end -}}
