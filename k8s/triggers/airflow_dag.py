"""A task of an Airflow DAG that submits a job to Proofmill and waits for its end.

Needs apache-airflow-providers-cncf-kubernetes, the ServiceAccount of k8s/triggers/access.yaml, and a ConfigMap with the job file:

    kubectl -n proofmill create configmap daily-job --from-file=job.yaml

Each day is a job of its own, with its own corpus and output. A task that is retried or cleared, or whose worker died, attaches to
the existing job, and ends at once if that is complete. The task returns the URI of the output folder.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import dag, task
from kubernetes.client import models as k8s

IMAGE = "registry.example/proofmill:0.0.0"
NAMESPACE = "proofmill"
CORPUS = "s3://corpora/daily/{{ ds }}/*.jsonl.gz"
OUTPUT = "s3://labels/daily/{{ ds }}"


@dag(
    schedule="@daily",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 5, "retry_delay": timedelta(minutes=1)},
    tags=["proofmill"],
)
def label_daily():
    label = KubernetesPodOperator(
        task_id="label",
        name="label-{{ ds_nodash }}",
        namespace=NAMESPACE,
        image=IMAGE,
        arguments=[
            "submit",
            "/etc/proofmill/job/job.yaml",
            "--wait",
            "--namespace",
            NAMESPACE,
            "--name",
            "daily-{{ ds_nodash }}",
            "--corpus",
            CORPUS,
            "--out",
            OUTPUT,
        ],
        service_account_name="proofmill-submit",
        automount_service_account_token=True,
        security_context={
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "runAsGroup": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        container_security_context={
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        container_resources=k8s.V1ResourceRequirements(
            requests={"cpu": "10m", "memory": "128Mi"},
            limits={"cpu": "500m", "memory": "512Mi"},
        ),
        volumes=[
            k8s.V1Volume(name="tmp", empty_dir=k8s.V1EmptyDirVolumeSource()),
            k8s.V1Volume(name="job", config_map=k8s.V1ConfigMapVolumeSource(name="daily-job")),
        ],
        volume_mounts=[
            k8s.V1VolumeMount(name="tmp", mount_path="/tmp"),
            k8s.V1VolumeMount(name="job", mount_path="/etc/proofmill/job", read_only=True),
        ],
        # The pod may be gone when Airflow looks again. That does no harm: the job continues.
        reattach_on_restart=True,
        on_finish_action="delete_succeeded_pod",
        get_logs=True,
        startup_timeout_seconds=600,
    )

    @task
    def output(uri: str) -> str:
        return uri

    label >> output(OUTPUT)


label_daily()
